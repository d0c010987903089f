using System.Buffers;
using System.Runtime.CompilerServices;

namespace Portal.Storage.Drivers.InMemory;

/// <summary>Content in this process's memory, gone with it: upstream's <c>inmemory</c> driver, for trials and tests.</summary>
public sealed class InMemoryDriver(TimeProvider time) : IStorageDriver
{
    private readonly TimeProvider _time = time;
    private readonly Lock _lock = new();
    private readonly MemoryFolder _root = new();
    private readonly HashSet<StoragePath> _locked = [];

    public ValueTask<StorageEntry?> StatAsync(StoragePath path, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult<StorageEntry?>(Find(path) switch
            {
                MemoryFile file => new StorageEntry(false, file.Length, file.Modified),
                MemoryFolder => new StorageEntry(true, 0, default),
                _ => null,
            });
        }
    }

    public async ValueTask<byte[]?> ReadAsync(StoragePath path, int maxSize, CancellationToken cancellationToken)
    {
        await using var stream = await OpenReadAsync(path, 0, cancellationToken);
        if (stream is null)
        {
            return null;
        }

        if (stream.Length > maxSize)
        {
            throw new InvalidDataException($"{path} has {stream.Length} bytes, more than the {maxSize} that are read whole");
        }

        var content = new byte[stream.Length];
        await stream.ReadExactlyAsync(content, cancellationToken);
        return content;
    }

    public ValueTask<Stream?> OpenReadAsync(StoragePath path, long offset, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult<Stream?>(
                Find(path) is MemoryFile file ? new MemoryFileStream(file.Snapshot(), offset) : null);
        }
    }

    public ValueTask PutAsync(StoragePath path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = new MemoryFile();
        file.Append(new ReadOnlySequence<byte>(content), _time.GetUtcNow());
        lock (_lock)
        {
            FolderOf(path).Children[path.Name] = file;
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<IStorageWriter> OpenWriteAsync(StoragePath path, bool append, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var folder = FolderOf(path);
            if (!append || folder.Children.GetValueOrDefault(path.Name) is not MemoryFile file)
            {
                file = new MemoryFile();
                file.Append(default, _time.GetUtcNow());
                folder.Children[path.Name] = file;
            }

            return ValueTask.FromResult<IStorageWriter>(new MemoryWriter(this, file));
        }
    }

    public ValueTask MoveAsync(StoragePath from, StoragePath to, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (Find(from) is not MemoryFile file)
            {
                throw new FileNotFoundException($"there is no file {from} to move");
            }

            FolderOf(from).Children.Remove(from.Name);
            FolderOf(to).Children[to.Name] = file;
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> DeleteAsync(StoragePath path, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(
                Find(path.Parent) is MemoryFolder folder && folder.Children.Remove(path.Name));
        }
    }

    public async IAsyncEnumerable<StorageChild> ListAsync(
        StoragePath folder, string? after, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StorageChild[] children;
        lock (_lock)
        {
            children = Find(folder) is not MemoryFolder found ? [] : [.. found.Children
                .Where(child => after is null || string.CompareOrdinal(child.Key, after) > 0)
                .OrderBy(child => child.Key, StringComparer.Ordinal)
                .Take(limit)
                .Select(child => new StorageChild(child.Key, child.Value is MemoryFolder))];
        }

        foreach (var child in children)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return child;
        }

        await ValueTask.CompletedTask;
    }

    public ValueTask<IDisposable?> TryLockAsync(StoragePath path, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult<IDisposable?>(_locked.Add(path) ? new MemoryLock(this, path) : null);
        }
    }

    private object? Find(StoragePath path)
    {
        object? node = _root;
        foreach (var component in path.ToRelative().Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            node = (node as MemoryFolder)?.Children.GetValueOrDefault(component);
        }

        return node;
    }

    private MemoryFolder FolderOf(StoragePath path)
    {
        var folder = _root;
        foreach (var component in path.Parent.ToRelative().Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!folder.Children.TryGetValue(component, out var child))
            {
                folder.Children[component] = child = new MemoryFolder();
            }

            folder = child as MemoryFolder ?? throw new IOException($"{component} in {path} is a file, not a folder");
        }

        return folder;
    }

    private sealed class MemoryFolder
    {
        public Dictionary<string, object> Children { get; } = new(StringComparer.Ordinal);
    }

    private sealed class MemoryLock(InMemoryDriver driver, StoragePath path) : IDisposable
    {
        private bool _isBack;

        public void Dispose()
        {
            lock (driver._lock)
            {
                // Once: by the second time another may have it.
                _isBack = _isBack || driver._locked.Remove(path);
            }
        }
    }

    private sealed class MemoryWriter(InMemoryDriver driver, MemoryFile file) : IStorageWriter
    {
        public long Length
        {
            get
            {
                lock (driver._lock)
                {
                    return file.Length;
                }
            }
        }

        public ValueTask WriteAsync(ReadOnlySequence<byte> content, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (driver._lock)
            {
                file.Append(content, driver._time.GetUtcNow());
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask CommitAsync() => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
