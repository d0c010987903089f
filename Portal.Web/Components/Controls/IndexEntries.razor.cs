using Microsoft.AspNetCore.Components;
using Portal.Registry.Inspection;
using Portal.Storage.Oci;

namespace Portal.Web.Components.Controls;

/// <summary>The manifests of an index; each opens into its details.</summary>
public sealed partial class IndexEntries
{
    private readonly Dictionary<Digest, ImageInspection> _open = [];

    [Parameter, EditorRequired]
    public ImageInspection Image { get; set; } = default!;

    [Inject]
    private ImageInspector Inspector { get; set; } = default!;

    [Inject]
    private Visitor Visitor { get; set; } = default!;

    private static string NameOf(IndexEntry entry)
    {
        if (!entry.IsAttestation)
        {
            return entry.PlatformText ?? entry.Descriptor.ArtifactType ?? entry.Descriptor.MediaType;
        }

        var subject = entry.Descriptor.Annotations?.GetValueOrDefault("vnd.docker.reference.digest");
        return Digest.TryParse(subject, out var digest)
            ? $"Attestation of {DigestText.Abbreviate(digest)}"
            : "Attestation";
    }

    private async Task ToggleAsync(IndexEntry entry)
    {
        var digest = entry.Descriptor.Digest;
        if (!_open.Remove(digest)
            && await Inspector.InspectAsync(Visitor.Identity, Image.Name, digest, CancellationToken.None) is { } details)
        {
            _open[digest] = details;
        }
    }
}
