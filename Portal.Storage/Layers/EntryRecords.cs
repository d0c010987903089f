namespace Portal.Storage.Layers;

/// <summary>The common form of an entry in files of records: all but its name.</summary>
internal static class EntryRecords
{
    public static void Entry(this RecordWriter writer, LayerEntry entry)
    {
        writer.Byte((byte)entry.Kind);
        writer.Byte((byte)entry.Traits);
        writer.Number(entry.Size);
        writer.Number(entry.Mode);
        writer.Number(entry.UserId);
        writer.Number(entry.GroupId);
        writer.Text(entry.User);
        writer.Text(entry.Group);
        writer.Number(entry.Modified);
        writer.Text(entry.Link);
        writer.Number(entry.Offset);
        if (entry is { Kind: EntryKind.File, Size: > 0 })
        {
            writer.Hash(entry.Hash);
        }
    }

    public static LayerEntry Entry(this RecordReader reader, string path)
    {
        var kind = (EntryKind)reader.Byte();
        var traits = (EntryTraits)reader.Byte();
        var size = reader.Number();
        return new LayerEntry
        {
            Path = path,
            Kind = kind,
            Traits = traits,
            Size = size,
            Mode = reader.Small(),
            UserId = reader.Number(),
            GroupId = reader.Number(),
            User = reader.Text(),
            Group = reader.Text(),
            Modified = reader.Number(),
            Link = reader.Text(),
            Offset = reader.Number(),
            Hash = kind is EntryKind.File && size > 0 ? reader.Hash() : 0,
        };
    }
}
