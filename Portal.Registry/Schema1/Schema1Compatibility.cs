using Microsoft.Extensions.Primitives;
using Portal.Registry.Configuration;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;

namespace Portal.Registry.Schema1;

/// <summary>What is sent for a manifest: its bytes may be others than those that are stored.</summary>
public readonly record struct ManifestAnswer(string MediaType, Digest Digest, ReadOnlyMemory<byte> Content);

/// <summary>
/// Docker's first manifest format (<c>compatibility.schema1</c>), for clients of before 2016. The facts:
/// <list type="bullet">
/// <item>A manifest names its layers and, for each, an image of the format before it; it has no config. It is signed, and
/// the signatures stand inside it (<see cref="PrettySignature"/>).</item>
/// <item>Its digest is of the bytes without the signatures, and so is what is stored, as upstream stores it. What is sent
/// is signed anew, by this registry's key: the digest stays, the signatures do not.</item>
/// <item>Pushes are taken when the section is enabled. What is stored is always served.</item>
/// <item>A client that asks for a tag and names no newer format in its Accept header gets a schema 2 image in schema 1
/// (<see cref="Schema1Converter"/>), and of a Docker manifest list the image for linux/amd64, when the section is enabled.
/// By digest everybody gets what has the digest.</item>
/// <item>A converted manifest is made for each request and stored nowhere; the empty layer that it may refer to is put
/// into the repository.</item>
/// </list>
/// </summary>
public sealed class Schema1Compatibility(
    Schema1Configuration configuration, LocalRegistry registry, TimeProvider time) : IDisposable
{
    private const int MaxConfigSize = 4 * 1024 * 1024;

    // A gzip of two blocks of zeros, byte for byte the one whose digest the format's clients know.
    private static readonly byte[] EmptyLayer =
    [
        31, 139, 8, 0, 0, 9, 110, 136, 0, 255, 98, 24, 5, 163, 96, 20, 140, 88,
        0, 8, 0, 0, 255, 255, 46, 175, 181, 239, 0, 4, 0, 0,
    ];

    private readonly Lazy<SigningKey> _key = configuration.SigningKeyFile is { } path ? LoadNow(path) : new(SigningKey.Create);

    /// <summary>Whether an answer by tag depends on what the client accepts.</summary>
    public bool IsEnabled => configuration.Enabled;

    /// <summary>Takes a pushed manifest of schema 1.</summary>
    /// <param name="contentType">The Content-Type header: only one that says so makes a manifest without signatures good.</param>
    /// <exception cref="OciException">MANIFEST_INVALID or MANIFEST_UNVERIFIED with the reason.</exception>
    public Manifest Accept(ReadOnlyMemory<byte> content, string? contentType, DigestAlgorithm algorithm)
    {
        if (!configuration.Enabled)
        {
            throw new OciException(
                ErrorCode.ManifestInvalid,
                "unsupported: manifests of schema 1 are not taken here; push schema 2 or OCI, or have an administrator set compatibility.schema1.enabled to true");
        }

        var mayBeUnsigned = contentType?.Split(';', 2)[0].Trim() == MediaTypes.DockerSchema1;
        return Manifest.ParseSchema1(mayBeUnsigned && !PrettySignature.IsSigned(content) ? content : PrettySignature.Verify(content), algorithm);
    }

    /// <summary>What a client gets that asked for a manifest.</summary>
    /// <param name="reference">What it asked by.</param>
    /// <param name="accept">Its Accept headers.</param>
    /// <exception cref="OciException">
    /// MANIFEST_INVALID when an image cannot be converted; MANIFEST_UNKNOWN when a list has none for linux/amd64.
    /// </exception>
    public ValueTask<ManifestAnswer> AnswerAsync(
        RepositoryName name, Reference reference, Manifest manifest, StringValues accept, CancellationToken cancellationToken)
    {
        return configuration.Enabled && !reference.IsDigest && manifest.MediaType is MediaTypes.DockerManifest or MediaTypes.DockerManifestList
            ? new(FitAsync(name, reference.Tag, manifest, accept, cancellationToken))
            : new(Answer(manifest));
    }

    public void Dispose()
    {
        if (_key.IsValueCreated)
        {
            _key.Value.Dispose();
        }
    }

    /// <summary>A file that holds no key stops the start, not the first request.</summary>
    private static Lazy<SigningKey> LoadNow(string path) => new(SigningKey.Load(path));

    private ManifestAnswer Answer(Manifest manifest)
    {
        return manifest.Schema1 is null
            ? new ManifestAnswer(manifest.MediaType, manifest.Digest, manifest.Content)
            : new ManifestAnswer(manifest.MediaType, manifest.Digest, PrettySignature.Sign(manifest.Content.Span, _key.Value, time.GetUtcNow()));
    }

    private async Task<ManifestAnswer> FitAsync(
        RepositoryName name, Tag tag, Manifest manifest, StringValues accept, CancellationToken cancellationToken)
    {
        // 1. Of a list its image for the platform that such clients run on.
        if (manifest.Index is { } list && !Names(accept, MediaTypes.DockerManifestList) && !Names(accept, MediaTypes.OciIndex))
        {
            var entry = list.Manifests.FirstOrDefault(entry => entry.Platform is { Os: "linux", Architecture: "amd64" });
            manifest = entry is not null && await registry.Manifests.GetAsync(name, entry.Digest, cancellationToken) is { } image
                ? image
                : throw new OciException(
                    ErrorCode.ManifestUnknown,
                    $"the list has no image for linux/amd64; ask for {MediaTypes.DockerManifestList} in the Accept header",
                    ("tag", tag.ToString()));
        }

        // 2. Of an image the old form, unless the client knows a newer one.
        if (manifest.MediaType != MediaTypes.DockerManifest
            || Names(accept, MediaTypes.DockerManifest) || Names(accept, MediaTypes.OciManifest))
        {
            return Answer(manifest);
        }

        var config = await registry.Blobs.ReadAsync(name, manifest.Image!.Config.Digest, MaxConfigSize, cancellationToken)
            ?? throw new OciException(
                ErrorCode.ManifestInvalid, "the image cannot be given in schema 1: its config is not there", ("digest", manifest.Image.Config.Digest.ToString()));
        var (payload, hasEmptyLayer) = Schema1Converter.Convert(name, tag, config, manifest.Image.Layers);
        if (hasEmptyLayer)
        {
            await registry.Blobs.PutAsync(name, Schema1Manifest.EmptyLayer, EmptyLayer, cancellationToken);
        }

        return Answer(Manifest.ParseSchema1(payload));
    }

    /// <summary>Whether the client names the type; <c>*/*</c> names none, and is what clients without a wish send.</summary>
    private static bool Names(StringValues accept, string mediaType)
    {
        foreach (var header in accept)
        {
            foreach (var range in header.AsSpan().Split(','))
            {
                var type = header.AsSpan(range);
                var parameters = type.IndexOf(';');
                type = parameters < 0 ? type : type[..parameters];
                if (type.Trim().Equals(mediaType, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
