using Portal.Registry.Inspection.Attachments;

namespace Portal.Web.Api;

/// <summary>What belongs to a manifest.</summary>
internal sealed record ApiAttachments
{
    /// <summary>Each with what belongs to it in turn.</summary>
    public required IReadOnlyList<ApiAttachment> Attached { get; init; }

    /// <summary>Whether there is more than was looked at.</summary>
    public required bool HasMore { get; init; }
}

/// <summary>A manifest that belongs to another one.</summary>
internal sealed record ApiAttachment
{
    /// <summary>The manifest's.</summary>
    public required string Digest { get; init; }

    /// <summary>The manifest's.</summary>
    public required string MediaType { get; init; }

    /// <summary>Null when it says none.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>Cosign's tag that says to what it belongs; null when it says so itself.</summary>
    public string? Tag { get; init; }

    /// <summary>Bytes of its content.</summary>
    public required long Size { get; init; }

    /// <summary>Null when there are none.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>What it says.</summary>
    public required IReadOnlyList<ApiAttachedDocument> Documents { get; init; }

    /// <summary>What belongs to it in turn.</summary>
    public required IReadOnlyList<ApiAttachment> Attached { get; init; }

    /// <summary>Whether more belongs to it than was looked at.</summary>
    public required bool HasMore { get; init; }

    internal static ApiAttachment Of(Attachment node, IEnumerable<AttachedContent> contents, IReadOnlyList<ApiAttachment> attached) => new()
    {
        Digest = node.Manifest.Digest.ToString(),
        MediaType = node.Manifest.MediaType,
        ArtifactType = node.Manifest.ArtifactType,
        Tag = node.Tag?.ToString(),
        Size = node.Size,
        Annotations = node.Manifest.Annotations,
        Documents = [.. contents.Select(ApiAttachedDocument.Of)],
        Attached = attached,
        HasMore = node.HasMore,
    };
}

/// <summary>A document of an attached manifest.</summary>
internal sealed record ApiAttachedDocument
{
    /// <summary>Of the blob that it is.</summary>
    public required string Digest { get; init; }

    /// <summary>The blob's.</summary>
    public required string MediaType { get; init; }

    /// <summary>Its bytes.</summary>
    public required long Size { get; init; }

    /// <summary>What it is about: signature, sbom, provenance, another statement, or other.</summary>
    public required AttachmentKind Kind { get; init; }

    /// <summary>The type of an in-toto statement; null for anything else.</summary>
    public string? PredicateType { get; init; }

    /// <summary>Whether it names the manifest that it is attached to; null when it does not say.</summary>
    public bool? IsAboutSubject { get; init; }

    /// <summary>Why nothing is known of it; null otherwise.</summary>
    public string? Problem { get; init; }

    /// <summary>Who signed, by the signature's own word; null for anything else.</summary>
    public ApiSignature? Signature { get; init; }

    /// <summary>How the image was built, by the word of who built it; null for anything else.</summary>
    public ApiProvenance? Provenance { get; init; }

    internal static ApiAttachedDocument Of(AttachedContent content) => new()
    {
        Digest = content.Part.Content.Digest.ToString(),
        MediaType = content.Part.Content.MediaType,
        Size = content.Part.Content.Size,
        Kind = content.Kind,
        PredicateType = content.PredicateType,
        IsAboutSubject = content.IsAboutSubject,
        Problem = content.Problem?.ToString(),
        Signature = content.Signature is { } signature ? ApiSignature.Of(signature) : null,
        Provenance = content.Provenance is { } provenance ? ApiProvenance.Of(provenance) : null,
    };
}

/// <summary>What a signature says of itself. It is not verified.</summary>
internal sealed record ApiSignature
{
    /// <summary>Who made it in which form: cosign, Sigstore bundle, Notation.</summary>
    public required string Format { get; init; }

    /// <summary>Who claims to have signed; null for a bare key, or a certificate that cannot be read.</summary>
    public string? Signer { get; init; }

    /// <summary>Whether a certificate is there, readable or not.</summary>
    public required bool HasCertificate { get; init; }

    /// <summary>Who vouched for the signer (OpenID Connect); null when it is not told.</summary>
    public string? IdentityProvider { get; init; }

    /// <summary>The certificate's subject; null without a certificate that can be read.</summary>
    public string? CertificateSubject { get; init; }

    /// <summary>Who issued the certificate; null without one that can be read.</summary>
    public string? CertificateIssuer { get; init; }

    /// <summary>From where the work flow that signed came; null when it is not told.</summary>
    public string? SourceRepository { get; init; }

    /// <summary>From when on the certificate is good; null without one that can be read.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Until when the certificate is good; null without one that can be read.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>When a transparency log says that it got it; null when nothing is said.</summary>
    public DateTimeOffset? LoggedAt { get; init; }

    /// <summary>The program that signed, by its own word; null when it does not say.</summary>
    public string? Agent { get; init; }

    internal static ApiSignature Of(SignatureClaim claim) => new()
    {
        Format = claim.Format,
        Signer = claim.Certificate?.Signer,
        HasCertificate = claim.HasCertificate,
        IdentityProvider = claim.Certificate?.IdentityProvider,
        CertificateSubject = claim.Certificate?.Subject,
        CertificateIssuer = claim.Certificate?.Issuer,
        SourceRepository = claim.Certificate?.SourceRepository,
        NotBefore = claim.Certificate?.NotBefore,
        NotAfter = claim.Certificate?.NotAfter,
        LoggedAt = claim.LoggedAt,
        Agent = claim.Agent,
    };
}

/// <summary>How an image was built, by the word of its builder (SLSA provenance). It is not verified.</summary>
internal sealed record ApiProvenance
{
    /// <summary>Null when it is not told.</summary>
    public string? Builder { get; init; }

    /// <summary>Null when it is not told.</summary>
    public string? BuildType { get; init; }

    /// <summary>Where the source came from; null when it is not told.</summary>
    public string? Source { get; init; }

    /// <summary>Which revision of it; null when it is not told.</summary>
    public string? Revision { get; init; }

    /// <summary>What of the source was built; null when it is not told.</summary>
    public string? EntryPoint { get; init; }

    /// <summary>Null when it is not told.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Null when it is not told.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>What went into it, the first 200.</summary>
    public required IReadOnlyList<ApiMaterial> Materials { get; init; }

    /// <summary>How many it names in all.</summary>
    public required int MaterialCount { get; init; }

    internal static ApiProvenance Of(ProvenanceClaim claim) => new()
    {
        Builder = claim.Builder,
        BuildType = claim.BuildType,
        Source = claim.Source,
        Revision = claim.Revision,
        EntryPoint = claim.EntryPoint,
        StartedAt = claim.Started,
        FinishedAt = claim.Finished,
        Materials = [.. claim.Materials.Select(material => new ApiMaterial { Uri = material.Uri, Digest = material.Digest })],
        MaterialCount = claim.MaterialCount,
    };
}

/// <summary>Something that went into a build.</summary>
internal sealed record ApiMaterial
{
    /// <summary>Where it came from.</summary>
    public required string Uri { get; init; }

    /// <summary>As sha256:…; null when it is not told.</summary>
    public string? Digest { get; init; }
}
