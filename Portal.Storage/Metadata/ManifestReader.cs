using System.Text.Json;
using Microsoft.Extensions.Logging;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;

namespace Portal.Storage.Metadata;

/// <summary>Makes a row of a stored manifest and its config. Both come from clients: what cannot be read is left out.</summary>
internal sealed partial class ManifestReader(LocalRegistry registry, ILogger logger)
{
    /// <summary>Rises with whatever a row holds more, so that rows of an older version of the portal are read again.</summary>
    public const int Version = 1;

    private const int MaxConfigSize = 4 * 1024 * 1024;

    // Bounds on untrusted text, so that no row grows large: a media type has at most 255 characters (RFC 6838).
    private const int MaxTypeLength = 255;
    private const int MaxPlatformLength = 100;
    private const int MaxPlatforms = 100;

    /// <returns>Null when the repository does not have the manifest.</returns>
    public async Task<ManifestEntity?> ReadAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken)
    {
        if (await registry.Manifests.PushedAtAsync(name, digest, cancellationToken) is not { } pushedAt)
        {
            return null;
        }

        var manifest = await ReadManifestAsync(name, digest, cancellationToken);
        var row = new ManifestEntity
        {
            Digest = digest.ToString(),
            MediaType = manifest?.MediaType ?? string.Empty,
            ReadBy = manifest is null ? 0 : Version,
            Kind = ManifestKind.Artifact,
            ArtifactKind = manifest is null ? ArtifactKind.Other : ArtifactKinds.Of(manifest),
            PushedAt = pushedAt,
            SubjectDigest = manifest?.Subject?.Digest.ToString(),
            ArtifactType = Shorten(manifest?.ArtifactType, MaxTypeLength),
        };
        IReadOnlyDictionary<string, string>? labels = null;
        if (manifest?.Index is { } index)
        {
            row.Kind = ManifestKind.Index;
            row.Platforms = ToText(index.Manifests.Select(entry => entry.Platform));
            row.Contents = ToContents(index.Manifests, _ => 0);
        }
        else if (manifest?.Image is { } image)
        {
            row.Contents = ToContents(manifest.Contents, content => content.Size);
            if (MediaTypes.IsImageConfig(image.Config.MediaType))
            {
                row.Kind = ManifestKind.Image;
                row.ArtifactType = Shorten(image.ArtifactType, MaxTypeLength);
                var config = await ReadConfigAsync(name, image.Config.Digest, cancellationToken);
                labels = config?.Config?.Labels;
                row.CreatedAt = config?.Created;
                row.Platforms = ToText(
                    [new Platform { Os = config?.Os, Architecture = config?.Architecture, Variant = config?.Variant }]);
            }
        }
        else if (manifest?.Schema1 is { } schema1)
        {
            row.Kind = ManifestKind.Image;
            var config = schema1.ToImageConfig();
            labels = config?.Config?.Labels;
            row.CreatedAt = config?.Created;
            row.Platforms = ToText([new Platform { Os = config?.Os, Architecture = schema1.Architecture }]);
            row.Contents = ToContents(await registry.Blobs.MeasureAsync(name, manifest.Contents, cancellationToken), content => content.Size);
        }

        row.Text = LabelText.Of(manifest?.Annotations, labels) is { Length: > 0 } lines ? new ManifestTextEntity { Lines = lines } : null;
        return row;
    }

    private async Task<Manifest?> ReadManifestAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken)
    {
        try
        {
            return await registry.Manifests.GetAsync(name, digest, cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            Log.Damaged(logger, exception, name, digest);
            return null;
        }
    }

    private async Task<ImageConfig?> ReadConfigAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken)
    {
        try
        {
            var content = await registry.Blobs.ReadAsync(name, digest, MaxConfigSize, cancellationToken);
            return content is null ? null : JsonSerializer.Deserialize(content, OciJson.Default.ImageConfig);
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException)
        {
            Log.BadConfig(logger, exception, name, digest);
            return null;
        }
    }

    private static List<ContentEntity> ToContents(IEnumerable<Descriptor> contents, Func<Descriptor, long> size)
    {
        return [.. contents.DistinctBy(content => content.Digest)
            .Select(content => new ContentEntity { Digest = content.Digest.ToString(), Size = size(content) })];
    }

    /// <summary>Platforms as people write them, without the <c>unknown/unknown</c> under which builders list attestations.</summary>
    private static string[] ToText(IEnumerable<Platform?> platforms)
    {
        return [.. platforms
            .Select(platform => Shorten(platform?.ToString(), MaxPlatformLength))
            .OfType<string>()
            .Where(platform => platform is not ("" or "unknown/unknown"))
            .Distinct()
            .Take(MaxPlatforms)];
    }

    private static string? Shorten(string? text, int maxLength)
    {
        return text is null || text.Length <= maxLength ? text : text[..maxLength];
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Manifest {Digest} of {Repository} cannot be read")]
        public static partial void Damaged(ILogger logger, Exception exception, RepositoryName repository, Digest digest);

        [LoggerMessage(Level = LogLevel.Debug, Message = "Config {Digest} of {Repository} cannot be read")]
        public static partial void BadConfig(ILogger logger, Exception exception, RepositoryName repository, Digest digest);
    }
}
