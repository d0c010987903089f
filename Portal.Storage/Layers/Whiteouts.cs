namespace Portal.Storage.Layers;

/// <summary>Names by which a layer removes what lower layers have (OCI image 1.1, "Whiteouts").</summary>
internal static class Whiteouts
{
    private const string Prefix = ".wh.";
    private const string Opaque = ".wh..wh..opq";

    // What the file system of the first Docker kept for itself.
    private const string OfAufs = ".wh..wh.";

    /// <summary>The entry as what it means.</summary>
    /// <returns>Null for one that means nothing to an image.</returns>
    public static LayerEntry? Read(LayerEntry entry)
    {
        var name = FilePath.NameOf(entry.Path);
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return entry.Path.Length > 0 ? entry : null;
        }

        var parent = FilePath.ParentOf(entry.Path);
        if (name == Opaque)
        {
            return Removal(EntryKind.OpaqueWhiteout, parent);
        }

        var removed = name[Prefix.Length..];
        return name.StartsWith(OfAufs, StringComparison.Ordinal) || removed is "" or "." or ".."
            ? null
            : Removal(EntryKind.Whiteout, parent.Length > 0 ? $"{parent}/{removed}" : removed);
    }

    private static LayerEntry Removal(EntryKind kind, string path) => new() { Path = path, Kind = kind };
}
