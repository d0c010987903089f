using System.IO.Enumeration;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Portal.Storage.Drivers.FileSystem;

/// <summary>Files below one root folder, as upstream's <c>filesystem</c> driver lays them.</summary>
public sealed class FileSystemDriver : IStorageDriver, IDisposable
{
    // How often an operation starts again because deletes of its folder came in between: more than a race can lose in a row.
    private const int Attempts = 50;
    private const int FileExists = 17;

    private readonly string _root;
    private readonly DirectorySync _folders;
    private readonly SemaphoreSlim _threads;

    /// <param name="root">The root folder; made with the first write.</param>
    /// <param name="maxThreads"><c>storage.filesystem.maxthreads</c>: operations on the disk at once, at least 25.</param>
    public FileSystemDriver(string root, int maxThreads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxThreads, 25);
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        _folders = new DirectorySync(_root);
        _threads = new SemaphoreSlim(maxThreads, maxThreads);
    }

    public async ValueTask<StorageEntry?> StatAsync(StoragePath path, CancellationToken cancellationToken)
    {
        using var thread = await EnterAsync(cancellationToken);
        var file = new FileInfo(Full(path));
        if (file.Exists)
        {
            return new StorageEntry(false, file.Length, new DateTimeOffset(file.LastWriteTimeUtc));
        }

        return file.Attributes != (FileAttributes)(-1) && file.Attributes.HasFlag(FileAttributes.Directory)
            ? new StorageEntry(true, 0, new DateTimeOffset(file.LastWriteTimeUtc))
            : null;
    }

    public async ValueTask<byte[]?> ReadAsync(StoragePath path, int maxSize, CancellationToken cancellationToken)
    {
        using var thread = await EnterAsync(cancellationToken);
        try
        {
            using var handle = File.OpenHandle(Full(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = RandomAccess.GetLength(handle);
            if (length > maxSize)
            {
                throw new InvalidDataException($"{path} has {length} bytes, more than the {maxSize} that are read whole");
            }

            var content = new byte[length];
            var read = 0;
            while (read < content.Length)
            {
                var count = RandomAccess.Read(handle, content.AsSpan(read), read);
                if (count == 0)
                {
                    return content[..read];
                }

                read += count;
            }

            return content;
        }
        catch (Exception exception) when (IsAbsent(exception, path))
        {
            return null;
        }
    }

    public async ValueTask<Stream?> OpenReadAsync(StoragePath path, long offset, CancellationToken cancellationToken)
    {
        using var thread = await EnterAsync(cancellationToken);
        try
        {
            // No buffer of the stream's own: whoever copies a blob brings a large one.
            var stream = new FileStream(Full(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
            stream.Position = offset;
            return stream;
        }
        catch (Exception exception) when (IsAbsent(exception, path))
        {
            return null;
        }
    }

    public async ValueTask PutAsync(StoragePath path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        using var thread = await EnterAsync(cancellationToken);
        var target = Full(path);
        var temporary = $"{target}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}.tmp";
        InFolderOf(target, durable: true, () =>
        {
            try
            {
                using (var handle = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None, content.Length))
                {
                    RandomAccess.Write(handle, content.Span, 0);
                    RandomAccess.FlushToDisk(handle);
                }

                File.Move(temporary, target, overwrite: true);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }
        });
    }

    public async ValueTask<IStorageWriter> OpenWriteAsync(StoragePath path, bool append, CancellationToken cancellationToken)
    {
        using var thread = await EnterAsync(cancellationToken);
        FileSystemWriter? writer = null;
        var target = Full(path);
        InFolderOf(target, durable: false, () =>
        {
            var handle = File.OpenHandle(target, append ? FileMode.OpenOrCreate : FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            writer = new FileSystemWriter(handle, RandomAccess.GetLength(handle));
        });
        return writer!;
    }

    public async ValueTask MoveAsync(StoragePath from, StoragePath to, CancellationToken cancellationToken)
    {
        using var thread = await EnterAsync(cancellationToken);
        var source = Full(from);
        var target = Full(to);
        if (!File.Exists(source))
        {
            throw new FileNotFoundException($"there is no file {from} to move");
        }

        InFolderOf(target, durable: true, () => File.Move(source, target, overwrite: true));
    }

    public async ValueTask<bool> DeleteAsync(StoragePath path, CancellationToken cancellationToken)
    {
        using var thread = await EnterAsync(cancellationToken);
        var target = Full(path);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (Directory.Exists(target))
                {
                    _folders.Forget(target);
                    Directory.Delete(target, recursive: true);
                }
                else if (File.Exists(target))
                {
                    File.Delete(target);
                }
                else
                {
                    return false;
                }

                DirectorySync.Flush(Path.GetDirectoryName(target)!);
                return true;
            }
            catch (IOException) when (attempt < Attempts)
            {
                // Somebody wrote into the folder, or removed a part of it, while it was emptied: look again.
            }
        }
    }

    public async IAsyncEnumerable<StorageChild> ListAsync(
        StoragePath folder, string? after, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StorageChild[] children;
        using (await EnterAsync(cancellationToken))
        {
            children = Smallest(Full(folder), after, limit, cancellationToken);
        }

        foreach (var child in children)
        {
            yield return child;
        }
    }

    public async ValueTask<IDisposable?> TryLockAsync(StoragePath path, CancellationToken cancellationToken)
    {
        using var thread = await EnterAsync(cancellationToken);
        IDisposable? held = null;
        var target = Full(path);
        InFolderOf(target, durable: false, () => held = FileSystemLock.TryTake(target));
        return held;
    }

    public void Dispose()
    {
        _threads.Dispose();
    }

    /// <summary>The first names in order, from a folder that lists them in none, in memory for those alone.</summary>
    private static StorageChild[] Smallest(string folder, string? after, int limit, CancellationToken cancellationToken)
    {
        var descending = Comparer<string>.Create((left, right) => string.CompareOrdinal(right, left));
        var kept = new PriorityQueue<StorageChild, string>(descending);
        try
        {
            var entries = new FileSystemEnumerable<StorageChild>(
                folder,
                (ref FileSystemEntry entry) => new StorageChild(
                    entry.FileName.ToString(), entry.IsDirectory, !entry.IsDirectory && entry.Attributes.HasFlag(FileAttributes.ReparsePoint)),
                new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false });
            foreach (var entry in entries)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (after is not null && string.CompareOrdinal(entry.Name, after) <= 0)
                {
                    continue;
                }

                if (kept.Count < limit)
                {
                    kept.Enqueue(entry, entry.Name);
                }
                else if (limit > 0)
                {
                    kept.EnqueueDequeue(entry, entry.Name);
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }

        var children = new StorageChild[kept.Count];
        for (var position = children.Length - 1; position >= 0; position--)
        {
            children[position] = kept.Dequeue();
        }

        return children;
    }

    /// <summary>Does something in a folder that is made if need be.</summary>
    /// <param name="durable">Whether the folder's new entry must be on disk afterwards.</param>
    private void InFolderOf(string target, bool durable, Action action)
    {
        var folder = Path.GetDirectoryName(target)!;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                _folders.Create(folder);
                action();
                if (durable)
                {
                    DirectorySync.Flush(folder);
                }

                return;
            }
            catch (IOException exception)
                when (attempt < Attempts && (exception is DirectoryNotFoundException or FileNotFoundException || exception.HResult == FileExists))
            {
                // A delete removed the folder, with a temporary file in it, in between: make it again, from the first one that is missing.
                _folders.ForgetAll();
            }
        }
    }

    private string Full(StoragePath path)
    {
        return path == StoragePath.Root ? _root : string.Concat(_root, path.ToString());
    }

    private bool IsAbsent(Exception exception, StoragePath path)
    {
        // A folder is no file: opening one is refused as "access denied".
        return exception is FileNotFoundException or DirectoryNotFoundException
            || (exception is UnauthorizedAccessException && Directory.Exists(Full(path)));
    }

    private async ValueTask<Turn> EnterAsync(CancellationToken cancellationToken)
    {
        await _threads.WaitAsync(cancellationToken);
        return new Turn(_threads);
    }

    private readonly struct Turn(SemaphoreSlim threads) : IDisposable
    {
        public void Dispose()
        {
            threads.Release();
        }
    }
}
