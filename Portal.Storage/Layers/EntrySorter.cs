using Microsoft.Win32.SafeHandles;

namespace Portal.Storage.Layers;

/// <summary>
/// Brings any number of entries into the order of <see cref="FilePath.Order"/>, with bounded memory: what does not fit is
/// put into files that go by themselves. Of entries with the same name and purpose the last one stays.
/// </summary>
/// <param name="folder">Where the files are made.</param>
internal sealed class EntrySorter(string folder) : IDisposable
{
    private const int MaxHeld = 20_000;
    private const int MaxHeldText = 4 << 20;

    private readonly List<LayerEntry> _held = [];
    private readonly List<(SafeFileHandle File, long Length)> _runs = [];
    private int _heldText;

    public void Add(LayerEntry entry)
    {
        _held.Add(entry);
        _heldText += entry.Path.Length + entry.Link.Length;
        if (_held.Count >= MaxHeld || _heldText >= MaxHeldText)
        {
            Spill();
        }
    }

    /// <summary>All of them, once.</summary>
    public IEnumerable<LayerEntry> Sorted()
    {
        if (_runs.Count > 0)
        {
            Spill();
        }

        var runs = _runs.Count == 0
            ? [SortHeld().GetEnumerator()]
            : _runs.ConvertAll(run => EntryFile.Read(run.File, 0, run.Length).GetEnumerator());
        var merged = EntryMerge.InOrder(runs, Compare);
        LayerEntry? last = null;
        foreach (var (_, entry) in merged)
        {
            if (last is not null && Compare(last, entry) != 0)
            {
                yield return last;
            }

            last = entry;
        }

        if (last is not null)
        {
            yield return last;
        }
    }

    public void Dispose()
    {
        _runs.ForEach(run => run.File.Dispose());
    }

    private static int Compare(LayerEntry left, LayerEntry right)
    {
        return FilePath.Order.Compare(left.Path, right.Path) is not 0 and var order ? order : Purpose(left) - Purpose(right);
    }

    private static int Purpose(LayerEntry entry) => entry.Kind switch
    {
        EntryKind.Whiteout => 0,
        EntryKind.OpaqueWhiteout => 1,
        _ => 2,
    };

    /// <summary>In a stable order: equal ones as they came.</summary>
    private IEnumerable<LayerEntry> SortHeld() => _held.Order(Comparer<LayerEntry>.Create(Compare));

    private void Spill()
    {
        var path = Path.Combine(folder, $"{Guid.NewGuid():N}.tmp");
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        _runs.Add((file, 0));
        var writer = new RecordWriter(file);
        EntryFile.Write(writer, SortHeld());
        writer.Flush();
        _runs[^1] = (file, writer.Position);
        _held.Clear();
        _heldText = 0;
    }
}
