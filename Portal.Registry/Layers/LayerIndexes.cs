using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Portal.Registry.Layers.Gzip;
using Portal.Storage.Layers;
using Portal.Storage.Oci;

namespace Portal.Registry.Layers;

/// <summary>
/// The lists of files that were made, kept on disk: one a layer, whatever images have it, and one a view of an image; and
/// of large gzip layers the places in between at which reading can begin. What was not looked at for the longest time makes room for what is new; what is damaged is made again.
/// </summary>
/// <param name="folder">Made when the first layer is looked at; it can be removed at any time.</param>
/// <param name="maxSize">Bytes that all lists together have, but for those that are just being made.</param>
public sealed partial class LayerIndexes(
    string folder, LayerLimits limits, TimeProvider time, ILogger<LayerIndexes> logger, long maxSize = LayerIndexes.DefaultSize) : IDisposable
{
    /// <summary>1 GiB: some hundreds of large images.</summary>
    public const long DefaultSize = 1L << 30;

    private const string PointsExtension = ".points";

    // One place more than an image takes, so that a large one does not keep all others waiting. Memory grows with it.
    private const int ReadAtOnce = 3;
    private const int ReadAtOnceOfAnImage = 2;

    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    // Apart, so that who needs no reading waits for nobody's.
    private readonly SharedWork _readings = new(time, ReadAtOnce, logger);
    private readonly SharedWork _merges = new(time, atOnce: 2, logger);

    // Bytes of lists that were made since there was a look at how much all of them are.
    private long _made;

    /// <summary>The tree of an image or of one of its layers. Layers of which there is no list yet are read first.</summary>
    /// <param name="key">What it is made of; the same key gives the same tree.</param>
    /// <param name="layers">The lowest first.</param>
    /// <param name="view">One layer, for what it does; null for the whole image.</param>
    internal async Task<FileTree> OfImageAsync(string key, IReadOnlyList<LayerSource> layers, int? view, CancellationToken cancellationToken)
    {
        var path = TreePath(key);
        var tree = FindTree(key);

        // Where there is very little room, a list may have gone again before it is opened: once more, then.
        for (var attempt = 0; tree is null && attempt < 3; attempt++)
        {
            Directory.CreateDirectory(folder);
            await ListAsync([.. layers.Where(layer => layer.Problem is null).DistinctBy(layer => layer.Digest)], cancellationToken);
            await _merges.RunAsync(path, (_, ended) => MergeAsync(path, layers, view, ended), null, cancellationToken);
            tree = FindTree(key);
            MakeRoom(path);
        }

        return tree ?? throw new IOException("A list of files was made and could not be opened.");
    }

    public void Dispose()
    {
        _readings.Dispose();
        _merges.Dispose();
    }

    /// <returns>Null when it would have to be made.</returns>
    internal FileTree? FindTree(string key) => Find(TreePath(key), FileTree.Open);

    /// <summary>The last place before an unpacked byte of a gzip layer at which reading can begin.</summary>
    /// <returns>Null for its beginning.</returns>
    internal AccessPoint? FindPoint(Digest layer, long unpacked)
    {
        var path = Path.ChangeExtension(LayerPath(layer), PointsExtension);
        var point = unpacked < AccessPointFile.Distance ? null : AccessPointFile.Find(path, unpacked);
        if (point is not null)
        {
            Touch(path);
        }

        return point;
    }

    private string TreePath(string key) => Path.Combine(folder, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}.tree");

    private string LayerPath(Digest digest) => Path.Combine(folder, $"{digest.AlgorithmName}-{digest.Hex}.layer");

    /// <summary>Sees to it that there are lists of the layers; where one cannot be made, the others are left as well. Of those that are read at once the lowest tells how far it is.</summary>
    private async Task ListAsync(IReadOnlyList<LayerSource> layers, CancellationToken cancellationToken)
    {
        var isListed = new bool[layers.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = ReadAtOnceOfAnImage, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, layers.Count, options, async (number, token) =>
        {
            var tell = layers[number].Tell is { } told ? read => TellIfLowest(number, told, read) : (Action<long>?)null;
            await ListAsync(layers[number] with { Tell = tell }, token);
            Volatile.Write(ref isListed[number], true);
        });

        void TellIfLowest(int number, Action<long> told, long read)
        {
            if (Array.IndexOf(isListed, false) == number)
            {
                told(read);
            }
        }
    }

    /// <summary>Sees to it that there is a list of the layer.</summary>
    private async Task ListAsync(LayerSource layer, CancellationToken cancellationToken)
    {
        var path = LayerPath(layer.Digest);
        using var index = Find(path, LayerIndex.Open);
        if (index is null)
        {
            await _readings.RunAsync(path, (report, ended) => ReadAsync(path, layer, report, ended), layer.Tell, cancellationToken);

            // All files are looked through for it: not after each of a hundred small layers.
            if (Interlocked.Add(ref _made, LengthOf(path) + LengthOf(Path.ChangeExtension(path, PointsExtension))) > maxSize / 16)
            {
                MakeRoom(path);
            }
        }
    }

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    private async Task ReadAsync(string path, LayerSource layer, Action<long> report, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        LayerArchive archive;
        try
        {
            archive = await layer.OpenAsync(cancellationToken);
        }
        catch (LayerUnreadableException exception)
        {
            LayerIndex.Refuse(path, exception.Reason);
            return;
        }

        await using var ending = archive;
        archive.Reading = () =>
        {
            report(archive.PackedRead);
            if (time.GetElapsedTime(started) > limits.Time)
            {
                throw new LayerUnreadableException(LayerFault.TakesTooLong, $"Reading the layer takes more than {limits.Time.TotalMinutes:N0} minutes: what comes after this is not read.");
            }
        };
        using var points = new AccessPointFile(Path.ChangeExtension(path, PointsExtension));
        archive.Passing = points.Add;
        await LayerIndex.BuildAsync(archive, path, limits, cancellationToken);
        points.Save();
    }

    private Task MergeAsync(string path, IReadOnlyList<LayerSource> layers, int? view, CancellationToken cancellationToken)
    {
        // An image may name one layer a hundred times: its list is looked through once.
        var known = new Dictionary<Digest, LayerIndex>();
        var opened = new List<LayerIndex>(layers.Count);
        try
        {
            foreach (var layer in layers)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var index = layer.Problem is not null ? LayerIndex.Unreadable(layer.Problem)
                    : known.TryGetValue(layer.Digest, out var again) ? again
                    : Find(LayerPath(layer.Digest), LayerIndex.Open);
                if (index is null)
                {
                    // It has just made room for another one. Who waits for the tree sees that there is none.
                    return Task.CompletedTask;
                }

                opened.Add(index);
                if (layer.Problem is null)
                {
                    known[layer.Digest] = index;
                }
            }

            FileTree.Build(opened, view, path, limits, cancellationToken);
            return Task.CompletedTask;
        }
        finally
        {
            known.Values.ToList().ForEach(index => index.Dispose());
        }
    }

    private T? Find<T>(string path, Func<string, T?> open)
        where T : class, IDisposable
    {
        T? found;
        try
        {
            found = open(path);
        }
        catch (InvalidDataException)
        {
            found = null;
        }

        if (found is not null)
        {
            Touch(path);
        }

        return found;
    }

    private void Touch(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);
        }
        catch (IOException)
        {
            // It has just been removed; who has it open reads on.
        }
    }

    private void MakeRoom(string made)
    {
        Interlocked.Exchange(ref _made, 0);
        try
        {
            var now = time.GetUtcNow().UtcDateTime;
            var files = new DirectoryInfo(folder).EnumerateFiles().Where(file => file.Exists).OrderBy(file => file.LastWriteTimeUtc).ToList();
            files.Where(file => file.Extension == ".tmp" && now - file.LastWriteTimeUtc > Abandoned).ToList().ForEach(file => file.Delete());

            var lists = files.Where(file => file.Extension is ".layer" or ".tree" or PointsExtension).ToList();
            var size = lists.Sum(file => file.Length);
            foreach (var file in lists.TakeWhile(_ => size > maxSize).Where(file => file.FullName != Path.GetFullPath(made)))
            {
                size -= file.Length;
                file.Delete();
            }
        }
        catch (IOException exception)
        {
            Log.NoRoomMade(logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Old lists of files could not be removed")]
        public static partial void NoRoomMade(ILogger logger, Exception exception);
    }
}
