using Portal.Registry.Inspection;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Registry.Layers;

/// <summary>One layer of an image, before anything of it is read.</summary>
/// <param name="Number">Counted from 0, the lowest.</param>
/// <param name="Size">Bytes that are stored; null when the repository does not have it.</param>
/// <param name="Step">What made it; without words when the image does not say.</param>
/// <param name="Problem">Why it cannot be read; null when it can be tried.</param>
public sealed record ImageLayer(int Number, Descriptor Descriptor, long? Size, HistoryStep Step, Reason? Problem);

/// <summary>A manifest whose files can be asked for.</summary>
/// <param name="Layers">The lowest first; empty for an index.</param>
public sealed record ImageLayers(ImageInspection Image, IReadOnlyList<ImageLayer> Layers)
{
    /// <summary>Bytes that are read when nothing of it was read before: each layer once.</summary>
    public long Size => Layers.DistinctBy(layer => layer.Descriptor.Digest).Sum(layer => layer.Problem is null ? layer.Size ?? 0 : 0);
}

/// <summary>How far the reading of an image's layers is.</summary>
/// <param name="Layer">The one that is read, counted from 0.</param>
/// <param name="Read">Stored bytes of it that were read.</param>
/// <param name="Size">Stored bytes that it has.</param>
public readonly record struct LayerProgress(int Layer, long Read, long Size);
