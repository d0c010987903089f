using Portal.Registry.Auth;
using Portal.Storage.Metadata;

namespace Portal.Registry.Inspection;

/// <summary>One side of a comparison.</summary>
/// <param name="Found">What the reference names: an image, an index or an artifact; null when it is not there.</param>
/// <param name="Choices">What an index offers; empty for anything else.</param>
/// <param name="Choice">The image of the index that is compared; null when there is none like the one that was wanted.</param>
/// <param name="Image">What is compared; null when there is nothing that could be.</param>
public sealed record ComparedImage(
    ImageReference Reference, ImageInspection? Found, IReadOnlyList<PlatformChoice> Choices, PlatformChoice? Choice, ImageInspection? Image);

/// <summary>Opens what is to be compared.</summary>
public sealed class ImageComparer(ImageInspector inspector)
{
    /// <param name="platform">Which image of an index; null for the one that is likely wanted.</param>
    /// <returns>Without content where <paramref name="who"/> may not pull it, as if it were not there.</returns>
    public async Task<ComparedImage> OpenAsync(Identity who, ImageReference reference, string? platform, CancellationToken cancellationToken)
    {
        var found = await inspector.InspectAsync(who, reference.Name, reference.Reference, cancellationToken);
        if (found is not { Kind: ManifestKind.Index })
        {
            return new ComparedImage(reference, found, [], null, found);
        }

        var choices = PlatformChoice.Of(found);
        var choice = PlatformChoice.Choose(choices, platform);
        var image = choice is null
            ? null
            : await inspector.InspectAsync(who, reference.Name, choice.Entry.Descriptor.Digest, cancellationToken);
        return new ComparedImage(reference, found, choices, choice, image);
    }
}
