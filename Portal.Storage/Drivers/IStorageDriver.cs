using System.Buffers;

namespace Portal.Storage.Drivers;

/// <summary>
/// Bytes by path. A driver knows nothing of blobs or repositories. Each one passes <c>StorageDriverContract</c>.
/// Folders come into being with their first file; whether an emptied folder still exists is not promised.
/// </summary>
public interface IStorageDriver
{
    /// <returns>Null when nothing is there.</returns>
    ValueTask<StorageEntry?> StatAsync(StoragePath path, CancellationToken cancellationToken);

    /// <summary>A small file whole.</summary>
    /// <param name="maxSize">The largest size that is read, in bytes.</param>
    /// <returns>Null when there is no such file.</returns>
    /// <exception cref="InvalidDataException">The file is larger than <paramref name="maxSize"/>.</exception>
    ValueTask<byte[]?> ReadAsync(StoragePath path, int maxSize, CancellationToken cancellationToken);

    /// <summary>Opens a file for reading.</summary>
    /// <param name="offset">Where to begin, in bytes; at or beyond the end the stream is empty.</param>
    /// <returns>Null when there is no such file.</returns>
    ValueTask<Stream?> OpenReadAsync(StoragePath path, long offset, CancellationToken cancellationToken);

    /// <summary>Writes a file whole: after a crash the old content or the new one is there, never a mixture.</summary>
    /// <remarks>When it returns, content and folder entry are durable.</remarks>
    ValueTask PutAsync(StoragePath path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Opens a file for writing.</summary>
    /// <param name="append">Whether to go on behind what is there, or to start anew. A file that is absent is made.</param>
    ValueTask<IStorageWriter> OpenWriteAsync(StoragePath path, bool append, CancellationToken cancellationToken);

    /// <summary>Renames a file; a file at the target is replaced. Durable when it returns.</summary>
    /// <exception cref="FileNotFoundException">There is no file at <paramref name="from"/>.</exception>
    ValueTask MoveAsync(StoragePath from, StoragePath to, CancellationToken cancellationToken);

    /// <summary>Removes a file, or a folder with all below it.</summary>
    /// <returns>False when nothing was there.</returns>
    ValueTask<bool> DeleteAsync(StoragePath path, CancellationToken cancellationToken);

    /// <summary>The direct children of a folder in ordinal order of their names; nothing for an absent folder.</summary>
    /// <param name="after">Only names behind this one; null for all.</param>
    /// <param name="limit">How many at the most. Memory grows with it, not with the folder.</param>
    IAsyncEnumerable<StorageChild> ListAsync(StoragePath folder, string? after, int limit, CancellationToken cancellationToken);

    /// <summary>Takes a lock that one has at a time, of all processes over the same storage, and that ends with its process in any case.</summary>
    /// <remarks>A file system that knows no locks (some network ones do not do flock) gives it to everyone who asks.</remarks>
    /// <param name="path">A file of its own, which is made and stays.</param>
    /// <returns>Dispose it to give the lock back; null when another has it.</returns>
    ValueTask<IDisposable?> TryLockAsync(StoragePath path, CancellationToken cancellationToken);
}

/// <summary>What is at a path.</summary>
/// <param name="Size">Bytes of a file; 0 for a folder.</param>
/// <param name="Modified">
/// When the content was written last. Of a folder: a time that changes when a child comes or goes, as finely as the
/// driver's clock ticks, or <c>default</c> for one that the driver keeps no time of.
/// </param>
public readonly record struct StorageEntry(bool IsFolder, long Size, DateTimeOffset Modified);

/// <summary>One child of a folder.</summary>
/// <param name="IsFolder">It is a folder, or a symbolic link to one.</param>
/// <param name="IsLink">It is a symbolic link to anything else: to a file, or to what is not there.</param>
public readonly record struct StorageChild(string Name, bool IsFolder, bool IsLink = false);

/// <summary>
/// A file being written from one place at a time. Disposing without <see cref="CommitAsync"/> keeps what was written,
/// so that a writer opened to append can go on from there.
/// </summary>
public interface IStorageWriter : IAsyncDisposable
{
    /// <summary>Bytes in the file so far.</summary>
    long Length { get; }

    ValueTask WriteAsync(ReadOnlySequence<byte> content, CancellationToken cancellationToken);

    /// <summary>Makes what was written durable. It cannot be cancelled: a commit that has begun is finished.</summary>
    ValueTask CommitAsync();
}
