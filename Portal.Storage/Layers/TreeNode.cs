using Portal.Storage.Reasons;

namespace Portal.Storage.Layers;

/// <summary>What a layer does to a file.</summary>
public enum FileMark : byte
{
    /// <summary>Nothing: it is part of the whole image, or a folder that is named again.</summary>
    None,
    Added,
    Changed,
    Removed,
}

/// <summary>A file or folder of an image, or of one of its layers.</summary>
public sealed record TreeNode
{
    /// <summary>What the archive says; of something removed, what the lower layer had.</summary>
    public required LayerEntry Entry { get; init; }

    /// <summary>The layer it comes from, counted from 0, the lowest. Of something removed, the one that removes it.</summary>
    public required int Layer { get; init; }

    public required FileMark Mark { get; init; }

    /// <summary>Bytes of a file, or of all files in a folder that are not removed.</summary>
    public long Total { get; init; }

    /// <summary>Bytes of what was removed: of a file, or of all in a folder.</summary>
    public long Gone { get; init; }

    /// <summary>How many files a folder has, in all depths.</summary>
    public long Files { get; init; }

    public bool IsFolder => Entry.Kind is EntryKind.Folder;

    public string Path => Entry.Path;

    /// <summary>Where it is written in the tree's file.</summary>
    public long Position { get; init; }

    /// <summary>Where what is in a folder begins there; the folder's end is <see cref="End"/>.</summary>
    internal long Next { get; init; }

    internal long End { get; init; }
}

/// <summary>What one layer does to its image.</summary>
/// <param name="Added">Files, folders and links that are new.</param>
/// <param name="Changed">Those that were there before and are replaced.</param>
/// <param name="Removed">Those that were there before and are gone.</param>
/// <param name="Size">Bytes of its files, unpacked.</param>
/// <param name="Wasted">Bytes of its files that later layers replace or remove: they are pulled and never seen.</param>
/// <param name="Problem">Why its list ends early or is empty; null when it is whole.</param>
public sealed record LayerFigures(long Added, long Changed, long Removed, long Size, long Wasted, Reason? Problem);
