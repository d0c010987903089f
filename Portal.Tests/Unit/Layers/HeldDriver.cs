using Portal.Storage.Drivers;

namespace Portal.Tests.Unit.Layers;

/// <summary>A driver whose reading can be held up.</summary>
internal sealed class HeldDriver(IStorageDriver inner) : IStorageDriver
{
    private TaskCompletionSource? _gate;
    private int _opened;

    /// <summary>Of the reading that is held up; null while there is none.</summary>
    public CancellationTokenSource? Reading { get; private set; }

    /// <summary>How many streams were opened.</summary>
    public int Opened => Volatile.Read(ref _opened);

    /// <summary>From where on the last one was read.</summary>
    public long LastOffset { get; private set; }

    public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release()
    {
        _gate?.SetResult();
        _gate = null;
    }

    public async ValueTask<Stream?> OpenReadAsync(StoragePath path, long offset, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _opened);
        LastOffset = offset;
        if (_gate is { } gate)
        {
            Reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await gate.Task.WaitAsync(cancellationToken);
        }

        return await inner.OpenReadAsync(path, offset, cancellationToken);
    }

    public ValueTask<StorageEntry?> StatAsync(StoragePath path, CancellationToken cancellationToken) => inner.StatAsync(path, cancellationToken);

    public ValueTask<byte[]?> ReadAsync(StoragePath path, int maxSize, CancellationToken cancellationToken) => inner.ReadAsync(path, maxSize, cancellationToken);

    public ValueTask PutAsync(StoragePath path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => inner.PutAsync(path, content, cancellationToken);

    public ValueTask<IStorageWriter> OpenWriteAsync(StoragePath path, bool append, CancellationToken cancellationToken) => inner.OpenWriteAsync(path, append, cancellationToken);

    public ValueTask MoveAsync(StoragePath from, StoragePath to, CancellationToken cancellationToken) => inner.MoveAsync(from, to, cancellationToken);

    public ValueTask<bool> DeleteAsync(StoragePath path, CancellationToken cancellationToken) => inner.DeleteAsync(path, cancellationToken);

    public IAsyncEnumerable<StorageChild> ListAsync(StoragePath folder, string? after, int limit, CancellationToken cancellationToken) => inner.ListAsync(folder, after, limit, cancellationToken);

    public ValueTask<IDisposable?> TryLockAsync(StoragePath path, CancellationToken cancellationToken) => inner.TryLockAsync(path, cancellationToken);
}
