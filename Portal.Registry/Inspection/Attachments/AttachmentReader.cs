using System.Text.Json;
using Portal.Registry.Auth;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;
using Portal.Storage.Repositories;

namespace Portal.Registry.Inspection.Attachments;

/// <summary>What a document says, as far as it is understood.</summary>
/// <param name="Kind">What it turned out to be; the manifest may not have said so.</param>
/// <param name="IsAboutSubject">Whether it names the manifest it is attached to; null when it does not say.</param>
/// <param name="Problem">A sentence for people that says why nothing is known; null otherwise.</param>
public sealed record AttachedContent(AttachedPart Part, AttachmentKind Kind, bool? IsAboutSubject, Reason? Problem)
{
    public SignatureClaim? Signature { get; init; }

    public ProvenanceClaim? Provenance { get; init; }

    public string? PredicateType { get; init; }
}

/// <summary>Reads what is attached to a manifest, for a person. It verifies nothing but whether digests are the same.</summary>
public sealed class AttachmentReader(LocalRegistry registry, Permissions permissions)
{
    /// <summary>Documents of a manifest that are read.</summary>
    public const int MaxParts = 50;

    /// <summary>Bytes of a document that is read here; lists of packages are <see cref="SbomReader"/>'s.</summary>
    public const int MaxSize = 8 * 1024 * 1024;

    /// <param name="subject">What it is attached to.</param>
    /// <returns>None when <paramref name="who"/> may not pull from the repository.</returns>
    public async Task<IReadOnlyList<AttachedContent>> ReadAsync(
        Identity who, RepositoryName name, Attachment attachment, Digest subject, CancellationToken cancellationToken)
    {
        if (!permissions.On(who, name).HasFlag(RepositoryActions.Pull))
        {
            return [];
        }

        var contents = new List<AttachedContent>();
        foreach (var part in attachment.Parts.Take(MaxParts))
        {
            contents.Add(await ReadAsync(name, attachment.Manifest, part, subject, cancellationToken));
        }

        return contents;
    }

    /// <summary>The digests of the documents that are lists of packages, the likeliest first.</summary>
    public static IEnumerable<Digest> Sboms(IEnumerable<Attachment> attachments)
    {
        return attachments.SelectMany(one => one.Parts).Where(part => part.Kind == AttachmentKind.Sbom).Select(part => part.Content.Digest);
    }

    private async Task<AttachedContent> ReadAsync(
        RepositoryName name, Manifest manifest, AttachedPart part, Digest subject, CancellationToken cancellationToken)
    {
        if (await registry.Blobs.StatAsync(name, part.Content.Digest, cancellationToken) is not { } size)
        {
            return new AttachedContent(part, part.Kind, null, new Reason(AttachmentFault.NotHere, $"The document is not in this registry."));
        }

        if (part.Kind is AttachmentKind.Other or AttachmentKind.Sbom)
        {
            return new AttachedContent(part, part.Kind, null, null) { PredicateType = part.PredicateType };
        }

        if (size > MaxSize || await registry.Blobs.ReadAsync(name, part.Content.Digest, MaxSize, cancellationToken) is not { } content)
        {
            return new AttachedContent(part, part.Kind, null, new Reason(AttachmentFault.TooLarge, $"The document is larger than what is read here. It can be downloaded."));
        }

        try
        {
            return Read(manifest, part, content, subject);
        }
        catch (JsonException)
        {
            return new AttachedContent(part, part.Kind, null, new Reason(AttachmentFault.NotWhatItSays, $"The document cannot be read: it is not what its media type says."));
        }
    }

    private static AttachedContent Read(Manifest manifest, AttachedPart part, byte[] content, Digest subject)
    {
        var type = part.Content.MediaType;
        var claim = type == AttachedPart.SimpleSigning ? CosignSignature.ReadSimpleSigning(part.Content, content, subject)
            : AttachedPart.IsBundle(type) ? CosignSignature.ReadBundle(content, subject)
            : type == NotationSignature.Cose ? NotationSignature.ReadCose(content, subject)
            : manifest.ArtifactType == AttachedPart.NotationSignature ? NotationSignature.ReadJws(content, subject)
            : null;
        if (type == AttachedPart.SimpleSigning || type == NotationSignature.Cose || manifest.ArtifactType == AttachedPart.NotationSignature)
        {
            return new AttachedContent(part, AttachmentKind.Signature, claim!.IsAboutSubject, null) { Signature = claim };
        }

        if (Statement.Read(content) is not { } statement)
        {
            return new AttachedContent(part, part.Kind, claim?.IsAboutSubject, null) { Signature = claim };
        }

        var kind = AttachedPart.KindOf(statement.Type);
        return new AttachedContent(part, kind, statement.IsAbout(subject), null)
        {
            Signature = claim,
            PredicateType = statement.Type,
            Provenance = kind == AttachmentKind.Provenance ? ProvenanceClaim.Read(statement.Predicate) : null,
        };
    }
}
