using Portal.Storage.Layers;

namespace Portal.Web.Components.Files;

/// <summary>The rows of a list of files: which ones, and in what order. A row itself is read when it is shown.</summary>
public sealed class FileRows
{
    /// <summary>Files of one folder that are listed.</summary>
    public const int MaxListed = 200_000;

    /// <summary>What is found at most by a search.</summary>
    public const int MaxFound = 1_000;

    private readonly Func<int, TreeNode> _read;

    private FileRows(int count, bool isWhole, Func<int, TreeNode> read)
    {
        (Count, IsWhole, _read) = (count, isWhole, read);
    }

    public int Count { get; }

    /// <summary>False when there are more than are listed.</summary>
    public bool IsWhole { get; }

    public TreeNode this[int row] => _read(row);

    /// <summary>What is directly in a folder, folders first.</summary>
    /// <param name="folder">Null for the top.</param>
    public static FileRows In(FileTree tree, TreeNode? folder, FileSort sort, bool descending)
    {
        var rows = new List<Row>();
        var isWhole = true;
        foreach (var node in tree.In(folder))
        {
            if (rows.Count == MaxListed)
            {
                isWhole = false;
                break;
            }

            rows.Add(new Row(node.Position, node.Mark is FileMark.Removed ? node.Gone : node.Total, node.IsFolder));
        }

        // They come by name; a stable order keeps that where sizes are the same.
        var bySize = rows.OrderBy(row => !row.IsFolder);
        var ordered = sort is FileSort.Size
            ? descending ? bySize.ThenByDescending(row => row.Size) : bySize.ThenBy(row => row.Size)
            : descending ? bySize.ThenByDescending(row => row.Position) : bySize;
        Row[] shown = [.. ordered];
        return new FileRows(shown.Length, isWhole, row => tree.At(shown[row].Position, folder?.Path ?? ""));
    }

    /// <summary>What has a text in its name, in the order of names.</summary>
    public static FileRows Found(FileTree tree, string search, CancellationToken cancellationToken)
    {
        var text = FilePath.Parse(search.Trim());
        var found = new List<TreeNode>();
        foreach (var node in tree.All())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (node.Path.Contains(text, StringComparison.OrdinalIgnoreCase))
            {
                if (found.Count == MaxFound)
                {
                    return new FileRows(found.Count, isWhole: false, row => found[row]);
                }

                found.Add(node);
            }
        }

        return new FileRows(found.Count, isWhole: true, row => found[row]);
    }

    private readonly record struct Row(long Position, long Size, bool IsFolder);
}
