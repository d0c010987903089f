using System.Buffers.Text;

namespace Portal.Storage.Layers;

/// <summary>What an extended header (POSIX.1-2001 "pax") says about the entry behind it, as far as a list of files needs it.</summary>
internal sealed class PaxRecords
{
    public byte[]? Path { get; set; }

    public byte[]? Link { get; set; }

    public byte[]? User { get; private set; }

    public byte[]? Group { get; private set; }

    public long? Size { get; private set; }

    public long? UserId { get; private set; }

    public long? GroupId { get; private set; }

    public long? Modified { get; private set; }

    /// <summary>Bytes of a file with holes, as GNU's tar tells them.</summary>
    public long? RealSize { get; private set; }

    public bool IsSparse { get; private set; }

    public bool HasAttributes { get; private set; }

    /// <returns>False when it is not in the format.</returns>
    public bool Read(ReadOnlySpan<byte> records)
    {
        while (!records.IsEmpty && records[0] != 0)
        {
            // "LENGTH KEY=VALUE\n", the length counting itself.
            if (!Utf8Parser.TryParse(records, out int length, out var digits) || digits >= records.Length || records[digits] != ' '
                || length <= digits + 2 || length > records.Length || records[length - 1] != '\n')
            {
                return false;
            }

            var record = records[(digits + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals <= 0 || !Take(record[..equals], record[(equals + 1)..]))
            {
                return false;
            }

            records = records[length..];
        }

        return true;
    }

    private bool Take(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual("path"u8) || key.SequenceEqual("GNU.sparse.name"u8))
        {
            // The sparse name is the real one; beside it path is one that old programs unpack the raw form to.
            Path = IsSparse && key.SequenceEqual("path"u8) && Path is not null ? Path : value.ToArray();
        }
        else if (key.SequenceEqual("linkpath"u8))
        {
            Link = value.ToArray();
        }
        else if (key.SequenceEqual("uname"u8))
        {
            User = value.ToArray();
        }
        else if (key.SequenceEqual("gname"u8))
        {
            Group = value.ToArray();
        }
        else if (key.SequenceEqual("size"u8))
        {
            return TryNumber(value, size => Size = size) && Size >= 0;
        }
        else if (key.SequenceEqual("uid"u8))
        {
            return TryNumber(value, id => UserId = id);
        }
        else if (key.SequenceEqual("gid"u8))
        {
            return TryNumber(value, id => GroupId = id);
        }
        else if (key.SequenceEqual("mtime"u8))
        {
            var whole = value.IndexOf((byte)'.') is >= 0 and var dot ? value[..dot] : value;
            return TryNumber(whole, time => Modified = time);
        }
        else if (key.SequenceEqual("GNU.sparse.realsize"u8) || key.SequenceEqual("GNU.sparse.size"u8))
        {
            IsSparse = true;
            return TryNumber(value, size => RealSize = size) && RealSize >= 0;
        }

        IsSparse |= key.StartsWith("GNU.sparse."u8);
        HasAttributes |= key.StartsWith("SCHILY.xattr."u8) || key.StartsWith("LIBARCHIVE.xattr."u8);
        return true;
    }

    /// <summary>An empty value takes back what was said before.</summary>
    private static bool TryNumber(ReadOnlySpan<byte> value, Action<long?> set)
    {
        var isNumber = Utf8Parser.TryParse(value, out long number, out var length) && length == value.Length;
        set(isNumber ? number : null);
        return isNumber || value.IsEmpty;
    }
}
