using System.Collections.Concurrent;
using System.Text.Json;
using Portal.Registry.Inspection;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Registry.Remotes;

/// <summary>Reads images of a registry elsewhere into what pages show of an image here.</summary>
public sealed class RemoteInspector(RemoteRegistry registry)
{
    private const int MaxOpened = 20;

    /// <returns>Null when the registry does not have it.</returns>
    /// <exception cref="OciException">The registry cannot be asked, or what it answers cannot be believed.</exception>
    public async Task<ImageInspection?> InspectAsync(RepositoryName name, Reference reference, CancellationToken cancellationToken)
    {
        if (await registry.GetManifestAsync(name, reference, cancellationToken) is not { } manifest)
        {
            return null;
        }

        return manifest.Index is { } index
            ? await InspectIndexAsync(name, manifest, index, cancellationToken)
            : await InspectImageAsync(name, manifest, manifest.Image!, cancellationToken);
    }

    private async Task<ImageInspection> InspectIndexAsync(
        RepositoryName name, Manifest manifest, ImageIndex index, CancellationToken cancellationToken)
    {
        var children = new ConcurrentDictionary<Digest, Manifest>();
        await Parallel.ForEachAsync(
            index.Manifests.Take(MaxOpened).DistinctBy(entry => entry.Digest),
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken },
            async (entry, token) =>
            {
                if (await registry.GetManifestAsync(name, entry.Digest, token) is { } child)
                {
                    children[entry.Digest] = child;
                }
            });
        var entries = index.Manifests.Select(entry =>
        {
            var child = children.GetValueOrDefault(entry.Digest);
            return new IndexEntry(entry, child, Descriptor.TotalSize(child?.Image is null ? [] : child.Contents));
        });
        return new ImageInspection
        {
            Name = name,
            Manifest = manifest,
            Kind = ManifestKind.Index,
            Size = Descriptor.TotalSize(children.Values.Where(child => child.Image is not null).SelectMany(child => child.Contents)),
            Entries = [.. entries],
        };
    }

    private async Task<ImageInspection> InspectImageAsync(
        RepositoryName name, Manifest manifest, ImageManifest image, CancellationToken cancellationToken)
    {
        var isImage = MediaTypes.IsImageConfig(image.Config.MediaType);
        var content = isImage && image.Config.Size <= ImageInspector.MaxConfigSize
            ? await registry.GetBlobAsync(name, image.Config.Digest, ImageInspector.MaxConfigSize, cancellationToken)
            : null;
        return new ImageInspection
        {
            Name = name,
            Manifest = manifest,
            Kind = isImage ? ManifestKind.Image : ManifestKind.Artifact,
            Size = Descriptor.TotalSize(manifest.Contents),
            ConfigContent = content is null ? null : new ReadOnlyMemory<byte>(content),
            Config = content is null ? null : Read(content),
            Layers = image.Layers,
        };
    }

    private static ImageConfig? Read(byte[] content)
    {
        try
        {
            return JsonSerializer.Deserialize(content, OciJson.Default.ImageConfig);
        }
        catch (JsonException)
        {
            // Its raw text is still shown.
            return null;
        }
    }
}
