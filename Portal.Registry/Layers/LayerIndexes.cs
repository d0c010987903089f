using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Portal.Storage.Layers;
using Portal.Storage.Oci;

namespace Portal.Registry.Layers;

/// <summary>
/// The lists of files that were made, kept on disk: one a layer, whatever images have it, and one a view of an image. What
/// was not looked at for the longest time makes room for what is new; what is damaged is made again.
/// </summary>
/// <param name="folder">Made when the first layer is looked at; it can be removed at any time.</param>
/// <param name="maxSize">Bytes that all lists together have, but for those that are just being made.</param>
public sealed partial class LayerIndexes(
    string folder, LayerLimits limits, TimeProvider time, ILogger<LayerIndexes> logger, long maxSize = LayerIndexes.DefaultSize) : IDisposable
{
    /// <summary>1 GiB: some hundreds of large images.</summary>
    public const long DefaultSize = 1L << 30;

    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    private readonly SharedWork _work = new(time, atOnce: 2);

    /// <summary>The list of a layer, which is read for it if it was not yet.</summary>
    /// <param name="open">Opens the layer; called at most once, and by one of those who wait for the same layer.</param>
    /// <param name="tell">Called now and then with the bytes that were read of the layer.</param>
    internal async Task<LayerIndex> OfLayerAsync(
        Digest digest, Func<CancellationToken, Task<LayerArchive>> open, Action<long>? tell, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, $"{digest.AlgorithmName}-{digest.Hex}.layer");
        return Find(path, LayerIndex.Open) ?? await MakeAsync(
            path, LayerIndex.Open, (report, ended) => ReadAsync(path, open, report, ended), tell, cancellationToken);
    }

    /// <summary>The tree of an image or of one of its layers.</summary>
    /// <param name="key">What it is made of; the same key gives the same tree.</param>
    /// <param name="layers">Gives the lists of its layers, when the tree is not there yet; they are disposed here.</param>
    /// <param name="view">One layer, for what it does; null for the whole image.</param>
    internal async Task<FileTree> OfImageAsync(
        string key, Func<Task<IReadOnlyList<LayerIndex>>> layers, int? view, CancellationToken cancellationToken)
    {
        var path = TreePath(key);
        if (FindTree(key) is { } tree)
        {
            return tree;
        }

        var indexes = await layers();
        try
        {
            return await MakeAsync(
                path,
                FileTree.Open,
                (_, ended) =>
                {
                    FileTree.Build(indexes, view, path, limits, ended);
                    return Task.CompletedTask;
                },
                null,
                cancellationToken);
        }
        finally
        {
            foreach (var index in indexes)
            {
                index.Dispose();
            }
        }
    }

    public void Dispose() => _work.Dispose();

    /// <returns>Null when it would have to be made.</returns>
    internal FileTree? FindTree(string key) => Find(TreePath(key), FileTree.Open);

    private string TreePath(string key) => Path.Combine(folder, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}.tree");

    private async Task ReadAsync(
        string path, Func<CancellationToken, Task<LayerArchive>> open, Action<long> report, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        LayerArchive archive;
        try
        {
            archive = await open(cancellationToken);
        }
        catch (LayerUnreadableException exception)
        {
            LayerIndex.Refuse(path, exception.Message);
            return;
        }

        await using var ending = archive;
        archive.Reading = () =>
        {
            report(archive.PackedRead);
            if (time.GetElapsedTime(started) > limits.Time)
            {
                throw new LayerUnreadableException($"Reading the layer takes more than {limits.Time.TotalMinutes:N0} minutes: what comes after this is not read.");
            }
        };
        await LayerIndex.BuildAsync(archive, path, limits, cancellationToken);
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

    private async Task<T> MakeAsync<T>(
        string path, Func<string, T?> open, Func<Action<long>, CancellationToken, Task> make, Action<long>? tell, CancellationToken cancellationToken)
        where T : class, IDisposable
    {
        Directory.CreateDirectory(folder);

        // Where there is very little room, the file may have gone again before it is opened: once more, then.
        for (var attempt = 0; attempt < 3; attempt++)
        {
            await _work.RunAsync(path, make, tell, cancellationToken);
            if (Find(path, open) is { } made)
            {
                MakeRoom(path);
                return made;
            }
        }

        throw new IOException("A list of files was made and could not be opened.");
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
        try
        {
            var now = time.GetUtcNow().UtcDateTime;
            var files = new DirectoryInfo(folder).EnumerateFiles().Where(file => file.Exists).OrderBy(file => file.LastWriteTimeUtc).ToList();
            files.Where(file => file.Extension == ".tmp" && now - file.LastWriteTimeUtc > Abandoned).ToList().ForEach(file => file.Delete());

            var lists = files.Where(file => file.Extension is ".layer" or ".tree").ToList();
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
