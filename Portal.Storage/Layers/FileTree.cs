using Microsoft.Win32.SafeHandles;
using Portal.Storage.Reasons;

namespace Portal.Storage.Layers;

/// <summary>
/// The files of an image, or what one of its layers does, in a file that is read where it is looked at. Nothing of it is
/// held in memory.
/// </summary>
/// <remarks>Members throw <see cref="InvalidDataException"/> when the file is damaged. It may be used from several threads.</remarks>
public sealed class FileTree : IDisposable
{
    private const long Format = 0x01_6565_7274_5052;

    // One file may be in many layers: so many entries are looked at for each that is listed.
    private const long LooksForEach = 10;

    private readonly SafeFileHandle _file;
    private readonly long _end;

    private FileTree(SafeFileHandle file, long length)
    {
        _file = file;
        _end = new RecordReader(file, length - sizeof(long), length).Fixed();
        if (_end < sizeof(long) || _end > length)
        {
            throw new InvalidDataException("A tree's file is damaged.");
        }

        var reader = new RecordReader(file, _end, length);
        (Total, Gone, Files) = (reader.Number(), reader.Number(), reader.Number());
        IsWhole = reader.Byte() == 1;
        var layers = new LayerFigures[reader.Small()];
        for (var i = 0; i < layers.Length; i++)
        {
            layers[i] = new LayerFigures(
                reader.Number(), reader.Number(), reader.Number(), reader.Number(), reader.Number(),
                reader.Text() is { Length: > 0 } problem ? KeptReason.Read(problem) : null);
        }

        Layers = layers;
    }

    /// <summary>Bytes of all files that are not removed.</summary>
    public long Total { get; }

    /// <summary>Bytes of what a layer removes.</summary>
    public long Gone { get; }

    /// <summary>How many files there are.</summary>
    public long Files { get; }

    /// <summary>False when there were more files than are merged, and the last ones are missing.</summary>
    public bool IsWhole { get; }

    /// <summary>What each layer of the image does, the lowest first.</summary>
    public IReadOnlyList<LayerFigures> Layers { get; }

    /// <returns>Null when there is none, or a damaged one.</returns>
    public static FileTree? Open(string path)
    {
        var file = LayerIndex.OpenSealed(path, Format, out var length);
        return file is null ? null : new FileTree(file, length);
    }

    /// <summary>Lays layers over one another and writes the tree.</summary>
    /// <param name="layers">The lowest first.</param>
    /// <param name="view">One of them, for what it does; null for the whole image.</param>
    /// <param name="path">The file, of which the folder exists.</param>
    public static void Build(
        IReadOnlyList<LayerIndex> layers, int? view, string path, LayerLimits limits, CancellationToken cancellationToken)
    {
        LayerIndex.Replace(path, Format, writer =>
        {
            var merge = new ImageMerge([.. layers.Select(layer => layer.Entries())]);
            var tree = new TreeWriter(writer);
            var (count, isWhole) = (0, true);
            foreach (var node in merge.Walk(view, limits.ImageEntries * LooksForEach, cancellationToken))
            {
                if (++count > limits.ImageEntries || writer.Position > limits.IndexSize)
                {
                    isWhole = false;
                    break;
                }

                tree.Add(node);
            }

            isWhole &= !merge.IsCut;
            var (total, gone, files) = tree.End();
            var end = writer.Position;
            writer.Number(total);
            writer.Number(gone);
            writer.Number(files);
            writer.Byte(isWhole ? (byte)1 : (byte)0);
            writer.Number(layers.Count);
            foreach (var figures in merge.FiguresWith([.. layers.Select(layer => layer.Problem)]))
            {
                writer.Number(figures.Added);
                writer.Number(figures.Changed);
                writer.Number(figures.Removed);
                writer.Number(figures.Size);
                writer.Number(figures.Wasted);
                writer.Text(KeptReason.Write(figures.Problem) ?? "");
            }

            writer.Fixed(end);
        });
    }

    /// <summary>What is directly in a folder, by name.</summary>
    /// <param name="folder">Null for the top.</param>
    public IEnumerable<TreeNode> In(TreeNode? folder)
    {
        var reader = new RecordReader(_file, sizeof(long), _end) { Position = folder?.Next ?? sizeof(long) };
        var end = folder?.End ?? _end;
        while (reader.Position < end)
        {
            var node = Read(reader, folder?.Path ?? "");
            yield return node;
            reader.Position = node.End;
        }
    }

    /// <summary>One of what <see cref="In"/> or <see cref="All"/> gave.</summary>
    /// <param name="position">Its <see cref="TreeNode.Position"/>.</param>
    /// <param name="parent">The name of the folder it is in.</param>
    public TreeNode At(long position, string parent) => Read(new RecordReader(_file, position, _end), parent);

    /// <summary>All of them: a folder, then what is in it.</summary>
    public IEnumerable<TreeNode> All()
    {
        var reader = new RecordReader(_file, sizeof(long), _end, 64 * 1024);
        var open = new Stack<(string Path, long End)>();
        while (!reader.IsAtEnd)
        {
            while (open.TryPeek(out var folder) && reader.Position >= folder.End)
            {
                open.Pop();
            }

            var node = Read(reader, open.TryPeek(out var parent) ? parent.Path : "");
            if (node.IsFolder)
            {
                open.Push((node.Path, node.End));
            }

            yield return node;
        }
    }

    /// <returns>Null when there is none of that name.</returns>
    public TreeNode? Find(string path)
    {
        TreeNode? node = null;
        foreach (var part in path.Split('/'))
        {
            if (node is { IsFolder: false })
            {
                return null;
            }

            // An image that is wrong may have a file and a folder of one name; who goes on means the folder.
            node = In(node).Where(child => FilePath.NameOf(child.Path) == part).OrderBy(child => !child.IsFolder).FirstOrDefault();
            if (node is null)
            {
                return null;
            }
        }

        return node;
    }

    public void Dispose() => _file.Dispose();

    private static TreeNode Read(RecordReader reader, string parent)
    {
        var position = reader.Position;
        var name = reader.Text();
        var entry = reader.Entry(parent.Length > 0 ? $"{parent}/{name}" : name);
        var layer = reader.Small();
        var mark = (FileMark)reader.Byte();
        var isFolder = entry.Kind is EntryKind.Folder;
        var isGone = mark is FileMark.Removed;
        var end = isFolder ? reader.Fixed() : 0;
        var node = new TreeNode
        {
            Entry = entry,
            Layer = layer,
            Mark = mark,
            Position = position,
            Total = isFolder ? reader.Fixed() : isGone ? 0 : entry.Size,
            Gone = isFolder ? reader.Fixed() : isGone ? entry.Size : 0,
            Files = isFolder ? reader.Fixed() : 0,
            Next = reader.Position,
            End = isFolder ? end : reader.Position,
        };
        return node.End >= node.Next ? node : throw new InvalidDataException("A tree's file is damaged.");
    }
}
