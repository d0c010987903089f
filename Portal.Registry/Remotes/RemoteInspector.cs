using System.Collections.Concurrent;
using Portal.Registry.Inspection;
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
        return ImageInspection.OfIndex(
            name, manifest, [.. index.Manifests.Select(entry => IndexEntry.Of(entry, children.GetValueOrDefault(entry.Digest)))]);
    }

    private async Task<ImageInspection> InspectImageAsync(
        RepositoryName name, Manifest manifest, ImageManifest image, CancellationToken cancellationToken)
    {
        var content = MediaTypes.IsImageConfig(image.Config.MediaType) && image.Config.Size <= ImageInspector.MaxConfigSize
            ? await registry.GetBlobAsync(name, image.Config.Digest, ImageInspector.MaxConfigSize, cancellationToken)
            : null;
        return ImageInspection.OfImage(name, manifest, image, content);
    }
}
