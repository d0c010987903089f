using System.Runtime.CompilerServices;
using Portal.Registry.Auth;
using Portal.Registry.Inspection;
using Portal.Storage.Layers;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;
using Portal.Storage.Repositories;

namespace Portal.Registry.Layers;

/// <summary>
/// The files in images, for those who may pull them. A layer is read through a manifest of the repository, and where the
/// repository has it: that others have it, too, opens nothing. Looking is no pull: it makes no event.
/// </summary>
public sealed class ImageFiles(ImageInspector inspector, LocalRegistry registry, LayerIndexes indexes, LayerLimits limits) : IDisposable
{
    private const int MaxLinks = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // Each holds buffers of its own, up to 32 MiB for zstd, for as long as somebody takes to download.
    private readonly SemaphoreSlim _reading = new(8);

    /// <summary>A manifest's layers, without reading any.</summary>
    /// <returns>Null when the repository does not have the manifest, or <paramref name="who"/> may not pull from it.</returns>
    public async Task<ImageLayers?> FindAsync(Identity who, RepositoryName name, Digest manifest, CancellationToken cancellationToken)
    {
        if (await inspector.InspectAsync(who, name, manifest, cancellationToken) is not { } image)
        {
            return null;
        }

        var layers = new List<ImageLayer>(image.Layers.Count);
        foreach (var step in HistoryStep.Of(image.Config?.History, image.Layers).Where(step => step.Layer is not null))
        {
            var descriptor = step.Layer!;
            var size = layers.Count < limits.Layers ? await registry.Blobs.StatAsync(name, descriptor.Digest, cancellationToken) : null;
            layers.Add(new ImageLayer(layers.Count, descriptor, size, step, ProblemOf(descriptor, size, layers.Count)));
        }

        return new ImageLayers(image, layers);
    }

    /// <summary>
    /// The files of an image, or what one of its layers does to those below. The first time its layers are read from their
    /// beginnings to their ends, which takes its time; after that it is there at once.
    /// </summary>
    /// <param name="image">What <see cref="FindAsync"/> gave to the same identity, a moment ago.</param>
    /// <param name="layer">Counted from 0; null for the whole image.</param>
    /// <param name="progress">Told now and then, while layers are read.</param>
    public async Task<FileTree> OpenAsync(
        ImageLayers image, int? layer, IProgress<LayerProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(layer ?? -1, image.Layers.Count);
        var layers = image.Layers.Take((layer ?? image.Layers.Count) + 1).Select(source => new LayerSource(
            source.Descriptor.Digest,
            source.Problem,
            token => OpenAsync(source, 0, null, token),
            progress is null ? null : read => progress.Report(new LayerProgress(source.Number, read, source.Size ?? 0))));
        return await indexes.OfImageAsync(KeyOf(image, layer), [.. layers], layer, cancellationToken);
    }

    /// <summary>The same, if nothing has to be read for it.</summary>
    public FileTree? FindOpened(ImageLayers image, int? layer) => indexes.FindTree(KeyOf(image, layer));

    /// <summary>
    /// All files of an image, its layers merged, streamed in <see cref="FilePath.Order"/>: the order of any two images is the
    /// same, so that they can be compared side by side. Equal <see cref="LayerEntry.Hash"/> and size mean equal content.
    /// Nothing is listed of a layer that cannot be read: <see cref="FileTree.Layers"/> says why.
    /// </summary>
    /// <returns>Nothing when there is no such image, or <paramref name="who"/> may not pull from the repository.</returns>
    public async IAsyncEnumerable<TreeNode> ListAsync(
        Identity who,
        RepositoryName name,
        Digest manifest,
        IProgress<LayerProgress>? progress,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await FindAsync(who, name, manifest, cancellationToken) is not { } image)
        {
            yield break;
        }

        using var tree = await OpenAsync(image, null, progress, cancellationToken);
        foreach (var node in tree.All())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return node;
        }
    }

    /// <summary>The bytes of a file. A hard link gives those of the file that it names: in its own layer, whatever later ones put there.</summary>
    /// <param name="image">What <see cref="FindAsync"/> gave to the same identity, a moment ago.</param>
    /// <param name="layer">The layer in which the file is looked for; null for the image as a whole.</param>
    /// <param name="path">See <see cref="FilePath"/>.</param>
    /// <returns>Null when there is no such file, or one without content of its own: a folder, a link elsewhere, something removed, a file with holes.</returns>
    /// <exception cref="LayerUnreadableException">The layer cannot be read up to there any more.</exception>
    public async Task<FileContent?> ReadAsync(ImageLayers image, int? layer, string path, CancellationToken cancellationToken)
    {
        var node = layer >= image.Layers.Count ? null : await FindFileAsync(image, layer, path, cancellationToken);
        for (var links = 0; node is { Entry.Kind: EntryKind.HardLink } && links < MaxLinks; links++)
        {
            node = FilePath.Follow("", node.Entry.Link) is { } target
                ? await FindFileAsync(image, node.Layer, target, cancellationToken) ?? await FindFileAsync(image, layer, target, cancellationToken)
                : null;
        }

        if (node is not { Entry.HasContent: true, Mark: not FileMark.Removed })
        {
            return null;
        }

        if (!await _reading.WaitAsync(Patience, cancellationToken))
        {
            throw new LayerUnreadableException(LayerFault.TooManyReaders, $"Too many files are being read at this moment: try again a little later.");
        }

        var place = new Place(_reading);
        LayerArchive? archive = null;
        try
        {
            archive = await OpenAsync(image.Layers[node.Layer], node.Entry.Offset, place, cancellationToken);
            var content = new FileContent(node, archive);
            await content.SeekAsync(cancellationToken);
            return content;
        }
        catch
        {
            place.Dispose();
            if (archive is not null)
            {
                await archive.DisposeAsync();
            }

            throw;
        }
    }

    public void Dispose() => _reading.Dispose();

    private async Task<TreeNode?> FindFileAsync(ImageLayers image, int? layer, string path, CancellationToken cancellationToken)
    {
        using var tree = await OpenAsync(image, layer, null, cancellationToken);
        return tree.Find(path);
    }

    /// <summary>A layer, to be read from <paramref name="offset"/> or some place before it.</summary>
    private async Task<LayerArchive> OpenAsync(ImageLayer layer, long offset, IDisposable? place, CancellationToken cancellationToken)
    {
        var point = indexes.FindPoint(layer.Descriptor.Digest, offset);
        var stream = await registry.Blobs.OpenAsync(layer.Descriptor.Digest, (point?.PackedBits ?? 0) >> 3, cancellationToken)
            ?? throw new IOException($"The layer {layer.Descriptor.Digest} is no longer in the storage.");
        return point is { } from ? LayerArchive.OpenAt(stream, from, limits, place) : await LayerArchive.OpenAsync(stream, layer.Descriptor.MediaType, limits, place, cancellationToken);
    }

    private Reason? ProblemOf(Descriptor layer, long? size, int number)
    {
        return number >= limits.Layers ? new Reason(LayerFault.TooManyLayers, $"Only the first {limits.Layers:N0} layers are read.")
            : layer.MediaType.Contains("+encrypted", StringComparison.OrdinalIgnoreCase) ? LayerArchive.Encrypted
            : size is not null ? null
            : MediaTypes.IsForeignLayer(layer.MediaType) ? new Reason(LayerFault.KeptElsewhere, $"The layer is kept elsewhere, not in this registry.")
            : new Reason(LayerFault.NotInRepository, $"The repository does not have the layer.");
    }

    private static string KeyOf(ImageLayers image, int? view)
    {
        // The layers, and which of them could be read.
        var layers = image.Layers.Take((view ?? image.Layers.Count) + 1).Select(layer => $"{layer.Descriptor.Digest} {layer.Problem}");
        return $"{(view is null ? "image" : $"layer {view}")}\n{string.Join('\n', layers)}";
    }

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        private int _isLeft;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isLeft, 1) == 0)
            {
                places.Release();
            }
        }
    }
}
