using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using ZstdSharp;

namespace Portal.Tests.Fixtures;

/// <summary>Layers of files that a test names, and archives that no program would write.</summary>
public sealed class LayerBuilder
{
    private readonly List<byte> _archive = [];

    public LayerBuilder File(string name, string text = "text", Action<TarEntry>? change = null)
    {
        return Entry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) }, change);
    }

    public LayerBuilder Folder(string name, Action<TarEntry>? change = null) => Entry(new PaxTarEntry(TarEntryType.Directory, name), change);

    public LayerBuilder SymbolicLink(string name, string target) => Entry(new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target });

    public LayerBuilder HardLink(string name, string target) => Entry(new PaxTarEntry(TarEntryType.HardLink, name) { LinkName = target });

    /// <summary>An entry with a header that is written byte by byte: its checksum is right, whatever else is not.</summary>
    public LayerBuilder Raw(byte[] name, char type = '0', string? size = null, byte[]? content = null, string link = "", Action<byte[]>? change = null)
    {
        content ??= [];
        var header = new byte[512];
        name.AsSpan(0, Math.Min(100, name.Length)).CopyTo(header);
        Encoding.ASCII.GetBytes("0000644\0" + "0000000\0" + "0000000\0").CopyTo(header, 100);
        Encoding.ASCII.GetBytes(size ?? Convert.ToString(content.Length, 8).PadLeft(11, '0')).CopyTo(header, 124);
        Encoding.ASCII.GetBytes("00000000000\0").CopyTo(header, 136);
        header[156] = (byte)type;
        Encoding.ASCII.GetBytes(link).CopyTo(header, 157);
        Encoding.ASCII.GetBytes("ustar\0" + "00").CopyTo(header, 257);
        change?.Invoke(header);
        header.AsSpan(148, 8).Fill((byte)' ');
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(value => value), 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        _archive.AddRange(header);
        _archive.AddRange(content);
        _archive.AddRange(new byte[-content.Length & 511]);
        return this;
    }

    /// <summary>An extended header for the entry that comes next.</summary>
    public LayerBuilder Pax(params (string Key, byte[] Value)[] records)
    {
        var content = new List<byte>();
        foreach (var (key, value) in records)
        {
            var length = key.Length + value.Length + 3;
            length += length.ToString().Length;
            length = key.Length + value.Length + 3 + length.ToString().Length;
            content.AddRange([.. Encoding.ASCII.GetBytes($"{length} {key}="), .. value, (byte)'\n']);
        }

        return Raw("pax"u8.ToArray(), 'x', content: [.. content]);
    }

    public byte[] Tar(bool isEnded = true) => isEnded ? [.. _archive, .. new byte[1024]] : [.. _archive];

    public byte[] Gzip() => Gzip(Tar());

    public byte[] Zstd() => Zstd(Tar());

    public static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    public static byte[] Zstd(byte[] content)
    {
        using var compressor = new Compressor();
        return compressor.Wrap(content).ToArray();
    }

    private LayerBuilder Entry(TarEntry entry, Action<TarEntry>? change = null)
    {
        entry.ModificationTime = DateTimeOffset.UnixEpoch.AddDays(1);
        change?.Invoke(entry);
        using var writer = new MemoryStream();
        using (var tar = new TarWriter(writer, TarEntryFormat.Pax, leaveOpen: true))
        {
            tar.WriteEntry(entry);
        }

        // Without the end that the writer puts behind it.
        _archive.AddRange(writer.ToArray()[..^1024]);
        return this;
    }
}
