using System.Runtime.CompilerServices;
using Portal.Storage.Measuring;

namespace Portal.Storage.Drivers;

/// <summary>Measures what another driver does. It is there only where somebody asked for figures.</summary>
public sealed class MeasuredDriver(IStorageDriver inner, StorageActions actions) : IStorageDriver
{
    public async ValueTask<StorageEntry?> StatAsync(StoragePath path, CancellationToken cancellationToken)
    {
        using var measure = actions.Begin(StorageAction.Stat);
        return await inner.StatAsync(path, cancellationToken);
    }

    public async ValueTask<byte[]?> ReadAsync(StoragePath path, int maxSize, CancellationToken cancellationToken)
    {
        using var measure = actions.Begin(StorageAction.GetContent);
        return await inner.ReadAsync(path, maxSize, cancellationToken);
    }

    public async ValueTask<Stream?> OpenReadAsync(StoragePath path, long offset, CancellationToken cancellationToken)
    {
        using var measure = actions.Begin(StorageAction.Reader);
        return await inner.OpenReadAsync(path, offset, cancellationToken);
    }

    public async ValueTask PutAsync(StoragePath path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        using var measure = actions.Begin(StorageAction.PutContent);
        await inner.PutAsync(path, content, cancellationToken);
    }

    public async ValueTask<IStorageWriter> OpenWriteAsync(StoragePath path, bool append, CancellationToken cancellationToken)
    {
        using var measure = actions.Begin(StorageAction.Writer);
        return await inner.OpenWriteAsync(path, append, cancellationToken);
    }

    public async ValueTask MoveAsync(StoragePath from, StoragePath to, CancellationToken cancellationToken)
    {
        using var measure = actions.Begin(StorageAction.Move);
        await inner.MoveAsync(from, to, cancellationToken);
    }

    public async ValueTask<bool> DeleteAsync(StoragePath path, CancellationToken cancellationToken)
    {
        using var measure = actions.Begin(StorageAction.Delete);
        return await inner.DeleteAsync(path, cancellationToken);
    }

    /// <remarks>Measured up to the first child: the rest takes as long as whoever reads it.</remarks>
    public async IAsyncEnumerable<StorageChild> ListAsync(
        StoragePath folder, string? after, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var children = inner.ListAsync(folder, after, limit, cancellationToken).GetAsyncEnumerator(cancellationToken);
        bool isThere;
        using (actions.Begin(StorageAction.List))
        {
            isThere = await children.MoveNextAsync();
        }

        for (; isThere; isThere = await children.MoveNextAsync())
        {
            yield return children.Current;
        }
    }

    public ValueTask<IDisposable?> TryLockAsync(StoragePath path, CancellationToken cancellationToken) => inner.TryLockAsync(path, cancellationToken);
}
