using Microsoft.Win32.SafeHandles;

namespace Portal.Storage.Layers;

/// <summary>Entries in order, each name without what it shares with the one before.</summary>
internal static class EntryFile
{
    public static void Write(RecordWriter writer, IEnumerable<LayerEntry> entries)
    {
        var former = "";
        foreach (var entry in entries)
        {
            var shared = former.AsSpan().CommonPrefixLength(entry.Path);
            writer.Number(shared);
            writer.Text(entry.Path.AsSpan(shared));
            writer.Entry(entry);
            former = entry.Path;
        }
    }

    public static IEnumerable<LayerEntry> Read(SafeFileHandle file, long start, long end)
    {
        var reader = new RecordReader(file, start, end);
        var former = "";
        while (!reader.IsAtEnd)
        {
            former = reader.Text(former, reader.Small());
            yield return reader.Entry(former);
        }
    }
}
