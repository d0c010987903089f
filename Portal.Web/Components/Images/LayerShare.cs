using System.Globalization;
using Portal.Storage.Oci;
using Portal.Web.Words;

namespace Portal.Web.Components.Images;

/// <summary>How much of an image each of its layers is.</summary>
public static class LayerShare
{
    /// <summary>A layer's part of all layers, in percent, as styles write it.</summary>
    public static string Of(Descriptor layer, IEnumerable<Descriptor> layers) =>
        PercentOf(layer, layers).ToString("F1", CultureInfo.InvariantCulture);

    /// <summary>The same as people read it.</summary>
    public static string TextOf(Descriptor layer, IEnumerable<Descriptor> layers) =>
        PercentOf(layer, layers).ToString("F1", Language.Current.Culture);

    /// <summary>Why a layer cannot be pulled from here; null when it can.</summary>
    public static string? Absence(Descriptor layer, IReadOnlySet<Digest> missing) =>
        MediaTypes.IsForeignLayer(layer.MediaType) ? ImageWords.KeptElsewhere : missing.Contains(layer.Digest) ? ImageWords.NotInRegistry : null;

    private static double PercentOf(Descriptor layer, IEnumerable<Descriptor> layers)
    {
        // Sizes are what a client claims: their sum may be more than a whole number holds.
        var total = layers.Sum(one => (double)one.Size);
        return total > 0 ? layer.Size * 100 / total : 0;
    }
}
