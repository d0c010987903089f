using Portal.Registry.Auth;
using Portal.Registry.Inspection.Attachments;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;

namespace Portal.Registry.Inspection;

/// <summary>Reads a manifest and what it refers to, for a person. Looking is no pull: it makes no event.</summary>
public sealed class ImageInspector(LocalRegistry registry, Permissions permissions)
{
    /// <summary>Bytes of a config that is shown; a larger one is no configuration a person reads.</summary>
    public const int MaxConfigSize = 1024 * 1024;

    /// <summary>Entries of an index and referrers that are opened; what lies beyond is shown by its descriptor alone.</summary>
    private const int MaxOpened = 100;

    /// <summary>Layers that are looked for; no image that runs has more.</summary>
    private const int MaxLooked = 200;

    /// <returns>Null when the repository does not have it, or <paramref name="who"/> may not pull from it.</returns>
    public async Task<ImageInspection?> InspectAsync(
        Identity who, RepositoryName name, Reference reference, CancellationToken cancellationToken)
    {
        if (!permissions.On(who, name).HasFlag(RepositoryActions.Pull))
        {
            return null;
        }

        var (digest, pushedAt) = reference.IsDigest
            ? (reference.Digest, await registry.Manifests.PushedAtAsync(name, reference.Digest, cancellationToken))
            : await registry.Tags.ResolveAsync(name, reference.Tag, cancellationToken) is { } target
                ? (target.Digest, target.PushedAt)
                : default((Digest, DateTimeOffset?));
        if (pushedAt is null || await registry.Manifests.GetAsync(name, digest, cancellationToken) is not { } manifest)
        {
            return null;
        }

        var inspection = manifest.Index is { } index
            ? await InspectIndexAsync(name, manifest, index, cancellationToken)
            : manifest.Schema1 is { } schema1
            ? await InspectSchema1Async(name, manifest, schema1, cancellationToken)
            : await InspectImageAsync(name, manifest, manifest.Image!, cancellationToken);
        return inspection with
        {
            PushedAt = pushedAt,
            Referrers = await ListReferrersAsync(name, digest, cancellationToken),
            CompanionTags = await ListCompanionsAsync(name, digest, cancellationToken),
            MissingLayers = await FindMissingAsync(name, inspection.Layers, cancellationToken),
        };
    }

    private async Task<ImageInspection> InspectIndexAsync(
        RepositoryName name, Manifest manifest, ImageIndex index, CancellationToken cancellationToken)
    {
        var entries = new List<IndexEntry>(index.Manifests.Count);
        foreach (var descriptor in index.Manifests)
        {
            var child = entries.Count < MaxOpened
                ? await registry.Manifests.GetAsync(name, descriptor.Digest, cancellationToken)
                : null;
            entries.Add(IndexEntry.Of(descriptor, child));
        }

        return ImageInspection.OfIndex(name, manifest, entries);
    }

    private async Task<ImageInspection> InspectImageAsync(
        RepositoryName name, Manifest manifest, ImageManifest image, CancellationToken cancellationToken)
    {
        var isImage = MediaTypes.IsImageConfig(image.Config.MediaType);
        var content = isImage || image.Config.MediaType.EndsWith("json", StringComparison.Ordinal)
            ? await registry.Blobs.ReadAsync(name, image.Config.Digest, MaxConfigSize, cancellationToken)
            : null;
        return ImageInspection.OfImage(name, manifest, image, content);
    }

    /// <summary>The format has no config: what its history says stands for it, and its empty layers are no layers.</summary>
    private async Task<ImageInspection> InspectSchema1Async(
        RepositoryName name, Manifest manifest, Schema1Manifest schema1, CancellationToken cancellationToken)
    {
        var config = schema1.ToImageConfig();
        var layers = await registry.Blobs.MeasureAsync(name, schema1.References.Reverse(), cancellationToken);
        return new ImageInspection
        {
            Name = name,
            Manifest = manifest,
            Kind = ManifestKind.Image,
            Size = Descriptor.TotalSize(layers),
            Layers = [.. layers.Where((_, i) => config?.History?[i].EmptyLayer != true)],
            Config = config,
        };
    }

    private async Task<IReadOnlyList<Manifest>> ListReferrersAsync(
        RepositoryName name, Digest subject, CancellationToken cancellationToken)
    {
        var referrers = new List<Manifest>();
        foreach (var digest in (await registry.Referrers.ListAsync(name, subject, cancellationToken)).Take(MaxOpened))
        {
            if (await registry.Manifests.GetAsync(name, digest, cancellationToken) is { } referrer)
            {
                referrers.Add(referrer);
            }
        }

        return referrers;
    }

    private async Task<IReadOnlyList<Tag>> ListCompanionsAsync(RepositoryName name, Digest subject, CancellationToken cancellationToken)
    {
        var companions = new List<Tag>();
        foreach (var tag in AttachmentTree.TagsOf(subject))
        {
            if (await registry.Tags.FindAsync(name, tag, cancellationToken) is not null)
            {
                companions.Add(tag);
            }
        }

        return companions;
    }

    private async Task<HashSet<Digest>> FindMissingAsync(
        RepositoryName name, IReadOnlyList<Descriptor> layers, CancellationToken cancellationToken)
    {
        var missing = new HashSet<Digest>();
        foreach (var layer in layers.Take(MaxLooked))
        {
            if (await registry.Blobs.StatAsync(name, layer.Digest, cancellationToken) is null)
            {
                missing.Add(layer.Digest);
            }
        }

        return missing;
    }
}
