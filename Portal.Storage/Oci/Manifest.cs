using System.Text.Json;

namespace Portal.Storage.Oci;

/// <summary>
/// A manifest or index: the exact bytes as pushed, what they say, and their address. The bytes are never serialised
/// anew, so the digest stays the client's.
/// </summary>
public sealed class Manifest
{
    /// <summary>Bytes a pushed manifest may have unless an administrator says otherwise: 4 MiB, the specification's minimum and upstream's bound.</summary>
    public const int MaxSize = 4 * 1024 * 1024;

    /// <summary>Bytes that are read as a manifest at all: 64 MiB. No bound of a push goes beyond it, so what was taken stays readable.</summary>
    public const int LargestSize = 64 * 1024 * 1024;

    private Manifest(ReadOnlyMemory<byte> content, string mediaType, Digest digest)
    {
        Content = content;
        MediaType = mediaType;
        Digest = digest;
    }

    /// <summary>The bytes that <see cref="Digest"/> is of; those of a schema 1 manifest without its signatures.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    public string MediaType { get; }

    public Digest Digest { get; }

    /// <summary>The parsed form of an image or artifact; exactly one of this, <see cref="Index"/> and <see cref="Schema1"/> is set.</summary>
    public ImageManifest? Image { get; private init; }

    public ImageIndex? Index { get; private init; }

    /// <summary>The parsed form of an image in Docker's first format.</summary>
    public Schema1Manifest? Schema1 { get; private init; }

    public Descriptor? Subject => Image?.Subject ?? Index?.Subject;

    public IReadOnlyDictionary<string, string>? Annotations => Image?.Annotations ?? Index?.Annotations;

    /// <summary>What a referrers answer calls the type: the manifest's own, else an image's config type. Never empty.</summary>
    public string? ArtifactType =>
        new[] { Image?.ArtifactType, Image?.Config.MediaType, Index?.ArtifactType }.FirstOrDefault(type => !string.IsNullOrEmpty(type));

    /// <summary>Config and layers of an image; the manifests of an index.</summary>
    public IEnumerable<Descriptor> References =>
        Image is not null ? [Image.Config, .. Image.Layers] : Index?.Manifests ?? Schema1!.References;

    /// <summary><see cref="References"/> without the layers that live elsewhere: what this registry keeps.</summary>
    public IEnumerable<Descriptor> Contents => References.Where(content => !MediaTypes.IsForeignLayer(content.MediaType));

    public Descriptor Descriptor => new() { MediaType = MediaType, Digest = Digest, Size = Content.Length };

    /// <summary>Whether this is a manifest of Docker's first format, which <see cref="Parse"/> refuses.</summary>
    /// <param name="contentType">The Content-Type header of a push; null or empty to judge by the body alone.</param>
    public static bool IsSchema1(ReadOnlySpan<byte> content, string? contentType)
    {
        var declared = Declared(contentType);
        try
        {
            return declared.Length > 0 ? MediaTypes.IsSchema1(declared) : ManifestShape.Read(content).SchemaVersion == 1;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Parses a manifest of Docker's first format that is stored, or whose signatures have been verified.</summary>
    /// <param name="payload">The bytes without the signatures; kept, not copied.</param>
    /// <exception cref="OciException">MANIFEST_INVALID with the reason.</exception>
    public static Manifest ParseSchema1(ReadOnlyMemory<byte> payload, DigestAlgorithm algorithm = DigestAlgorithm.Sha256)
    {
        Schema1Manifest? schema1;
        try
        {
            schema1 = JsonSerializer.Deserialize(payload.Span, OciJson.Default.Schema1Manifest);
        }
        catch (JsonException exception)
        {
            throw Invalid("the manifest cannot be read: " + Describe(exception));
        }

        if (schema1 is not { SchemaVersion: 1 })
        {
            throw Invalid("schemaVersion must be 1 in a manifest of schema 1");
        }

        if (schema1.Name.Length is 0 or > RepositoryName.MaxLength)
        {
            throw Invalid($"a manifest of schema 1 has a name of at most {RepositoryName.MaxLength} characters");
        }

        return schema1.Layers.Count == schema1.History.Count && schema1.Layers.Count > 0
            && !schema1.Layers.Contains(null!) && !schema1.History.Contains(null!)
            ? new Manifest(payload, MediaTypes.DockerSchema1Signed, Digest.Of(payload.Span, algorithm)) { Schema1 = schema1 }
            : throw Invalid(
                "a manifest of schema 1 has layers, and as many entries of history",
                ("fsLayers", schema1.Layers.Count.ToString()),
                ("history", schema1.History.Count.ToString()));
    }

    /// <summary>Parses bytes that were pushed or stored.</summary>
    /// <param name="content">The bytes; kept, not copied.</param>
    /// <param name="contentType">The Content-Type header of a push; null or empty to judge by the body alone.</param>
    /// <param name="algorithm">The algorithm of <see cref="Digest"/>.</param>
    /// <exception cref="OciException">MANIFEST_INVALID with the reason.</exception>
    public static Manifest Parse(
        ReadOnlyMemory<byte> content, string? contentType, DigestAlgorithm algorithm = DigestAlgorithm.Sha256)
    {
        if (content.Length > LargestSize)
        {
            throw Invalid($"a manifest has at most {LargestSize} bytes");
        }

        try
        {
            var mediaType = Judge(content.Span, contentType);
            var digest = Digest.Of(content.Span, algorithm);
            if (MediaTypes.IsIndex(mediaType))
            {
                var index = JsonSerializer.Deserialize(content.Span, OciJson.Default.ImageIndex)!;
                RequireDescriptors(index.Manifests, index.Subject);
                return new Manifest(content, mediaType, digest) { Index = index };
            }

            var image = JsonSerializer.Deserialize(content.Span, OciJson.Default.ImageManifest)!;
            RequireDescriptors([image.Config, .. image.Layers], image.Subject);
            return new Manifest(content, mediaType, digest) { Image = image };
        }
        catch (JsonException exception)
        {
            throw Invalid("the manifest cannot be read: " + Describe(exception));
        }
    }

    /// <summary>The media type by header and body, or a refusal that names the contradiction.</summary>
    private static string Judge(ReadOnlySpan<byte> content, string? contentType)
    {
        var shape = ManifestShape.Read(content);
        var declared = Declared(contentType);

        if (shape.SchemaVersion != 2)
        {
            throw Invalid("schemaVersion must be 2", ("schemaVersion", shape.SchemaVersion?.ToString() ?? "absent"));
        }

        if (shape.MediaType is not null && declared.Length > 0 && shape.MediaType != declared)
        {
            throw Invalid(
                "the Content-Type and the manifest's mediaType differ",
                ("contentType", declared),
                ("mediaType", shape.MediaType));
        }

        if ((shape.HasLayers || shape.HasConfig) && shape.HasManifests)
        {
            throw Invalid("a manifest has either config and layers, or manifests, not both");
        }

        var mediaType = shape.MediaType ?? (declared.Length > 0 ? declared
            : shape.HasManifests ? MediaTypes.OciIndex
            : MediaTypes.OciManifest);
        var isIndex = MediaTypes.IsIndex(mediaType);
        if (!isIndex && !MediaTypes.IsImage(mediaType))
        {
            throw Invalid(
                "unknown manifest media type: push a Docker schema 2 or OCI image, or an index of them",
                ("mediaType", mediaType.Length <= 256 ? mediaType : mediaType[..256]));
        }

        if (shape.MediaType is null && mediaType is MediaTypes.DockerManifest or MediaTypes.DockerManifestList)
        {
            // Docker's format requires the field, and nothing but the bytes is kept: they have to tell it from OCI's.
            throw Invalid("a Docker manifest needs the field mediaType", ("contentType", mediaType));
        }

        if (isIndex ? !shape.HasManifests : !shape.HasConfig)
        {
            throw Invalid(
                isIndex ? "an index needs the field manifests" : "an image manifest needs the field config",
                ("mediaType", mediaType));
        }

        return mediaType;
    }

    /// <summary>The media type of the header; empty when it does not say more than the body.</summary>
    private static string Declared(string? contentType)
    {
        var declared = contentType is null ? string.Empty : contentType.Split(';', 2)[0].Trim();
        return declared is "application/json" or MediaTypes.OctetStream ? string.Empty : declared;
    }

    private static void RequireDescriptors(IReadOnlyList<Descriptor?> descriptors, Descriptor? subject)
    {
        if (descriptors.Contains(null))
        {
            throw Invalid("a descriptor in the list is null");
        }

        if (descriptors.Append(subject).FirstOrDefault(descriptor => descriptor is { Size: < 0 }) is { } negative)
        {
            throw Invalid("a descriptor's size is negative", ("digest", negative.Digest.ToString()));
        }
    }

    private static OciException Invalid(string message, params ReadOnlySpan<(string Key, string Value)> detail)
    {
        return new OciException(ErrorCode.ManifestInvalid, message, detail);
    }

    private static string Describe(JsonException exception)
    {
        // The framework's own text names .NET types; position and path are what a client can use.
        return exception.LineNumber is { } line
            ? $"not valid at line {line + 1}, byte {exception.BytePositionInLine + 1}, path {exception.Path ?? "$"}"
            : $"not valid at {exception.Path ?? "$"}";
    }
}
