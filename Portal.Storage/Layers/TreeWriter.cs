namespace Portal.Storage.Layers;

/// <summary>
/// Writes nodes in the order of their names as a tree: each folder knows where it ends and what is in it. Folders that
/// nobody named are put in.
/// </summary>
internal sealed class TreeWriter(RecordWriter writer)
{
    private readonly Stack<Open> _open = new([new Open("", 0)]);

    public void Add(TreeNode node)
    {
        while (_open.Count > 1 && !IsIn(_open.Peek().Path, node.Path))
        {
            Close();
        }

        for (var start = _open.Peek().Path.Length + 1; node.Path.IndexOf('/', Math.Min(start, node.Path.Length)) is > 0 and var end; start = end + 1)
        {
            Write(new TreeNode
            {
                Entry = new LayerEntry { Path = node.Path[..end], Kind = EntryKind.Folder, Traits = EntryTraits.Implied },
                Layer = node.Layer,
                Mark = FileMark.None,
            });
        }

        Write(node);
    }

    /// <summary>Closes what is open.</summary>
    /// <returns>What all of it comes to.</returns>
    public (long Total, long Gone, long Files) End()
    {
        while (_open.Count > 1)
        {
            Close();
        }

        var top = _open.Pop();
        return (top.Total, top.Gone, top.Files);
    }

    private static bool IsIn(string folder, string path) =>
        path.Length > folder.Length && path[folder.Length] == '/' && path.StartsWith(folder, StringComparison.Ordinal);

    private void Write(TreeNode node)
    {
        writer.Text(FilePath.NameOf(node.Path));
        writer.Entry(node.Entry);
        writer.Number(node.Layer);
        writer.Byte((byte)node.Mark);
        if (node.IsFolder)
        {
            _open.Push(new Open(node.Path, writer.Position));
            for (var i = 0; i < 4; i++)
            {
                writer.Fixed(0);
            }

            return;
        }

        var isGone = node.Mark is FileMark.Removed;
        _open.Peek().Add(isGone ? 0 : node.Entry.Size, isGone ? node.Entry.Size : 0, isGone ? 0 : 1);
    }

    private void Close()
    {
        var folder = _open.Pop();
        writer.Patch(folder.Position, [writer.Position, folder.Total, folder.Gone, folder.Files]);
        _open.Peek().Add(folder.Total, folder.Gone, folder.Files);
    }

    /// <param name="position">Of the numbers that are known at its end.</param>
    private sealed class Open(string path, long position)
    {
        public string Path => path;

        public long Position => position;

        public long Total { get; private set; }

        public long Gone { get; private set; }

        public long Files { get; private set; }

        /// <summary>Sizes are what a client claims: their sum stops at <see cref="long.MaxValue"/>.</summary>
        public void Add(long total, long gone, long files)
        {
            Total += Math.Min(total, long.MaxValue - Total);
            Gone += Math.Min(gone, long.MaxValue - Gone);
            Files += files;
        }
    }
}
