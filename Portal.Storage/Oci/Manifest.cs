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

    private Manifest(ReadOnlyMemory<byte> content, string mediaType, ImageManifest? image, ImageIndex? index, Digest digest)
    {
        Content = content;
        MediaType = mediaType;
        Image = image;
        Index = index;
        Digest = digest;
    }

    public ReadOnlyMemory<byte> Content { get; }

    public string MediaType { get; }

    public Digest Digest { get; }

    /// <summary>The parsed form when this is an image or artifact; exactly one of this and <see cref="Index"/> is set.</summary>
    public ImageManifest? Image { get; }

    public ImageIndex? Index { get; }

    public Descriptor? Subject => Image?.Subject ?? Index?.Subject;

    public IReadOnlyDictionary<string, string>? Annotations => Image?.Annotations ?? Index?.Annotations;

    /// <summary>What a referrers answer calls the type: the manifest's own, else an image's config type. Never empty.</summary>
    public string? ArtifactType =>
        new[] { Image?.ArtifactType, Image?.Config.MediaType, Index?.ArtifactType }.FirstOrDefault(type => !string.IsNullOrEmpty(type));

    /// <summary>Config and layers of an image; the manifests of an index.</summary>
    public IEnumerable<Descriptor> References => Image is not null ? [Image.Config, .. Image.Layers] : Index!.Manifests;

    /// <summary><see cref="References"/> without the layers that live elsewhere: what this registry keeps.</summary>
    public IEnumerable<Descriptor> Contents => References.Where(content => !MediaTypes.IsForeignLayer(content.MediaType));

    public Descriptor Descriptor => new() { MediaType = MediaType, Digest = Digest, Size = Content.Length };

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
                return new Manifest(content, mediaType, null, index, digest);
            }

            var image = JsonSerializer.Deserialize(content.Span, OciJson.Default.ImageManifest)!;
            RequireDescriptors([image.Config, .. image.Layers], image.Subject);
            return new Manifest(content, mediaType, image, null, digest);
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
        var declared = contentType is null ? string.Empty : contentType.Split(';', 2)[0].Trim();
        if (declared is "application/json" or MediaTypes.OctetStream)
        {
            declared = string.Empty;
        }

        if (MediaTypes.IsSchema1(declared) || shape.SchemaVersion == 1)
        {
            throw Invalid("schema 1 manifests are not accepted: push schema 2 or OCI");
        }

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
