using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Portal.Storage.Reasons;

namespace Portal.Storage.Layers;

/// <summary>The list of a layer's files, in a file: read once from the layer, kept for everybody.</summary>
public sealed class LayerIndex : IDisposable
{
    private const long Format = 0x01_7265_7961_6c_5052;

    private readonly SafeFileHandle? _file;
    private readonly long _start;
    private readonly long _end;

    private LayerIndex(SafeFileHandle file, long length)
    {
        var reader = new RecordReader(file, sizeof(long), length);
        Unpacked = reader.Number();
        Problem = reader.Text() is { Length: > 0 } problem ? KeptReason.Read(problem) : null;
        (_file, _start, _end) = (file, reader.Position, length);
    }

    private LayerIndex(Reason problem)
    {
        Problem = problem;
    }

    /// <summary>Bytes of the archive, as far as it was read.</summary>
    public long Unpacked { get; }

    /// <summary>Why the list ends early or is empty, as sentences for people; null when it is whole.</summary>
    public Reason? Problem { get; }

    /// <summary>In the order of <see cref="FilePath.Order"/>; of a name there may be an entry, and a removal of what lower layers have.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public IEnumerable<LayerEntry> Entries() => _file is null ? [] : EntryFile.Read(_file, _start, _end);

    /// <summary>Stands for a layer that has no list.</summary>
    /// <param name="problem">Why.</param>
    public static LayerIndex Unreadable(Reason problem) => new(problem);

    /// <returns>Null when there is none, or a damaged one.</returns>
    public static LayerIndex? Open(string path)
    {
        var file = OpenSealed(path, Format, out var length);
        return file is null ? null : new LayerIndex(file, length);
    }

    /// <summary>Reads a layer to its end and writes the list.</summary>
    /// <param name="unpacked">The archive. An <see cref="LayerUnreadableException"/> from it ends the list, and becomes its <see cref="Problem"/>.</param>
    /// <param name="path">The file, of which the folder exists; half a file is never to be seen there.</param>
    public static async Task BuildAsync(Stream unpacked, string path, LayerLimits limits, CancellationToken cancellationToken)
    {
        using var sorter = new EntrySorter(Path.GetDirectoryName(path)!);
        var (length, problem) = await WalkAsync(unpacked, sorter, limits, cancellationToken);
        Write(path, length, problem, sorter.Sorted());
    }

    /// <summary>Writes the list of a layer that has none.</summary>
    /// <param name="problem">Why.</param>
    public static void Refuse(string path, Reason problem) => Write(path, 0, problem, []);

    public void Dispose() => _file?.Dispose();

    /// <summary>Writes a sealed file beside a path, and puts it there once it is whole.</summary>
    internal static void Replace(string path, long format, Action<RecordWriter> write)
    {
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, $"{Guid.NewGuid():N}.tmp");
        try
        {
            using (var writer = new RecordWriter(File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.ReadWrite)))
            {
                writer.Fixed(format);
                write(writer);
                writer.Seal();
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    internal static SafeFileHandle? OpenSealed(string path, long format, out long length)
    {
        length = 0;
        if (!File.Exists(path))
        {
            return null;
        }

        SafeFileHandle file;
        try
        {
            file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (FileNotFoundException)
        {
            // It was removed for want of room just now.
            return null;
        }

        if (RecordWriter.IsSealed(file, out length) && length > sizeof(long) && new RecordReader(file, 0, length).Fixed() == format)
        {
            return file;
        }

        file.Dispose();
        return null;
    }

    private static void Write(string path, long length, Reason? problem, IEnumerable<LayerEntry> entries)
    {
        Replace(path, Format, writer =>
        {
            writer.Number(length);
            writer.Text(KeptReason.Write(problem) ?? "");
            EntryFile.Write(writer, entries);
        });
    }

    private static async Task<(long Length, Reason? Problem)> WalkAsync(
        Stream unpacked, EntrySorter sorter, LayerLimits limits, CancellationToken cancellationToken)
    {
        var walker = new TarWalker(unpacked);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Reason? problem = null;
        var (count, text) = (0, 0L);
        try
        {
            while (await walker.NextAsync(cancellationToken) is { } entry)
            {
                text += entry.Path.Length + entry.Link.Length;
                if (++count > limits.Entries || text > limits.IndexSize / sizeof(char))
                {
                    throw new LayerUnreadableException(LayerFault.TooManyFiles, $"The layer has more files than are listed: the first {count - 1:N0} are.");
                }

                if (entry.Kind is EntryKind.File)
                {
                    entry = entry with { Hash = await walker.HashAsync(hash, cancellationToken) };
                }

                if (Whiteouts.Read(entry) is { } meant)
                {
                    sorter.Add(meant);
                }
            }
        }
        catch (LayerUnreadableException exception)
        {
            problem = exception.Reason;
        }

        if (walker.Unnamed > 0)
        {
            var left = new Reason(LayerFault.LongNames, $"{walker.Unnamed:N0} files have names of more than {FilePath.MaxLength:N0} bytes and are left out.");
            problem = problem is null ? left : new Reason(LayerFault.EndsAndLongNames, $"{problem} {left}");
        }

        return (walker.Position, problem);
    }
}
