using Portal.Storage.Reasons;

namespace Portal.Storage.Layers;

/// <summary>
/// Lays layers over one another (OCI image 1.1, "Applying Changesets"), all of them at once and in the order of names: what
/// is held is one folder's way up to the top.
/// </summary>
/// <param name="layers">The entries of each, the lowest first.</param>
internal sealed class ImageMerge(IReadOnlyList<IEnumerable<LayerEntry>> layers)
{
    private readonly Figures[] _figures = [.. layers.Select(_ => new Figures())];
    private readonly Stack<Level> _levels = [];
    private readonly List<(int Layer, LayerEntry Entry)> _group = [];

    /// <summary>What the layers did, once <see cref="Walk"/> has ended.</summary>
    public IReadOnlyList<LayerFigures> FiguresWith(IReadOnlyList<Reason?> problems) =>
        [.. _figures.Zip(problems, (figures, problem) =>
            new LayerFigures(figures.Added, figures.Changed, figures.Removed, figures.Size, figures.Wasted, problem))];

    /// <summary>Whether <see cref="Walk"/> ended before all was looked at.</summary>
    public bool IsCut { get; private set; }

    /// <summary>What the image has, or what one layer does.</summary>
    /// <param name="view">The layer; null for the whole image.</param>
    /// <param name="most">Entries of all layers together that are looked at.</param>
    public IEnumerable<TreeNode> Walk(int? view, long most, CancellationToken cancellationToken)
    {
        var found = new List<TreeNode>();
        var looked = 0L;
        foreach (var (layer, entry) in EntryMerge.InOrder(
            [.. layers.Select(entries => entries.GetEnumerator())],
            (left, right) => FilePath.Order.Compare(left.Path, right.Path)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_group.Count > 0 && _group[0].Entry.Path != entry.Path)
            {
                Judge(found, view);
                foreach (var node in found)
                {
                    yield return node;
                }

                found.Clear();
                if (looked >= most)
                {
                    IsCut = true;
                    yield break;
                }
            }

            looked++;
            _group.Add((layer, entry));
        }

        if (_group.Count > 0)
        {
            Judge(found, view);
        }

        foreach (var node in found)
        {
            yield return node;
        }
    }

    /// <summary>Follows one name through the layers.</summary>
    private void Judge(List<TreeNode> found, int? view)
    {
        var path = _group[0].Entry.Path;
        while (_levels.TryPeek(out var level) && !IsIn(level.Path, path))
        {
            _levels.Pop();
        }

        var inherited = _levels.TryPeek(out var parent) ? parent.Cuts : [];
        if (inherited.Length == 0 && _group is [{ Entry.Kind: not (EntryKind.Whiteout or EntryKind.OpaqueWhiteout) } only])
        {
            // Nearly every name: of one layer, and nothing comes over it.
            _figures[only.Layer].Count(FileMark.Added, Weight(only.Entry));
            Tell(found, view, only.Layer, only.Entry, FileMark.Added);
            End(found, view, path, only, inherited);
            return;
        }

        var removals = _group.Where(item => item.Entry.Kind is EntryKind.Whiteout).Select(item => item.Layer).ToHashSet();
        var versions = _group.Where(item => item.Entry.Kind is not (EntryKind.Whiteout or EntryKind.OpaqueWhiteout)).ToList();

        (int Layer, LayerEntry Entry)? living = null;
        foreach (var layer in inherited.Concat(_group.Select(item => item.Layer)).Distinct().Order())
        {
            var version = versions.Find(item => item.Layer == layer).Entry;
            var isCut = removals.Contains(layer) || Array.BinarySearch(inherited, layer) >= 0;
            if (living is { } former && (isCut || version is not null))
            {
                _figures[former.Layer].Wasted += Weight(former.Entry);
                if (version is null)
                {
                    _figures[layer].Removed++;
                    Tell(found, view, layer, former.Entry, FileMark.Removed);
                    living = null;
                }
            }

            if (version is not null)
            {
                var mark = living is { } before ? Difference(before.Entry, version) : FileMark.Added;
                _figures[layer].Count(mark, Weight(version));
                Tell(found, view, layer, version, mark);
                living = (layer, version);
            }
        }

        End(found, view, path, living, inherited);
    }

    private void End(List<TreeNode> found, int? view, string path, (int Layer, LayerEntry Entry)? living, int[] inherited)
    {
        if (view is null && living is { } shown)
        {
            found.Add(new TreeNode { Entry = shown.Entry, Layer = shown.Layer, Mark = FileMark.None });
        }

        _levels.Push(new Level(path, CutsBelow(inherited)));
        _group.Clear();
    }

    /// <summary>In which layers everything ends that lower layers have in the folder: it is removed, emptied, or no folder any more.</summary>
    private int[] CutsBelow(int[] inherited)
    {
        var own = _group.Where(item => item.Entry.Kind is not EntryKind.Folder).Select(item => item.Layer);
        return own.Any() ? [.. inherited.Concat(own).Distinct().Order()] : inherited;
    }

    private static void Tell(List<TreeNode> found, int? view, int layer, LayerEntry entry, FileMark mark)
    {
        if (view == layer)
        {
            found.Add(new TreeNode { Entry = entry, Layer = layer, Mark = mark });
        }
    }

    private static FileMark Difference(LayerEntry before, LayerEntry after)
    {
        // Layers name the folders above their files, changed or not.
        return before.Kind is EntryKind.Folder && after.Kind is EntryKind.Folder
            && (before.Mode, before.UserId, before.GroupId) == (after.Mode, after.UserId, after.GroupId)
            ? FileMark.None
            : FileMark.Changed;
    }

    /// <summary>Bytes that the archive has for it. Of a file with holes they are few, and not known here.</summary>
    private static long Weight(LayerEntry entry) => entry.HasContent ? entry.Size : 0;

    private static bool IsIn(string folder, string path) =>
        folder.Length == 0 || (path.Length > folder.Length && path[folder.Length] == '/' && path.StartsWith(folder, StringComparison.Ordinal));

    /// <param name="Cuts">Layers, in ascending order.</param>
    private readonly record struct Level(string Path, int[] Cuts);

    private sealed class Figures
    {
        public long Added { get; private set; }

        public long Changed { get; private set; }

        public long Removed { get; set; }

        public long Size { get; private set; }

        public long Wasted { get; set; }

        public void Count(FileMark mark, long size)
        {
            Added += mark is FileMark.Added ? 1 : 0;
            Changed += mark is FileMark.Changed ? 1 : 0;
            Size += size;
        }
    }
}
