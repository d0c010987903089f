namespace Portal.Storage.Layers;

/// <summary>How much of a layer is read. What lies beyond is left out, and the list says so.</summary>
public sealed record LayerLimits
{
    public static LayerLimits Default { get; } = new();

    /// <summary>Entries of a layer.</summary>
    public int Entries { get; init; } = 1_000_000;

    /// <summary>Entries of an image that are merged.</summary>
    public int ImageEntries { get; init; } = 3_000_000;

    /// <summary>Layers of an image.</summary>
    public int Layers { get; init; } = 500;

    /// <summary>Bytes of a layer's names, of its index, and of an image's: each.</summary>
    public long IndexSize { get; init; } = 256L << 20;

    /// <summary>Bytes that a layer unpacks to.</summary>
    public long Unpacked { get; init; } = 64L << 30;

    /// <summary>How many times its size a layer may unpack to, once it is larger than <see cref="UnpackedAnyway"/>: more is made to harm.</summary>
    public int Ratio { get; init; } = 250;

    /// <summary>Bytes for which nobody asks about <see cref="Ratio"/>.</summary>
    public long UnpackedAnyway { get; init; } = 1L << 30;

    /// <summary>How long one layer may be read.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(15);
}
