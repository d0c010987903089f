using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Portal.Storage.Blobs;
using Portal.Storage.Drivers;
using Portal.Storage.Layout;
using Portal.Storage.Oci;

namespace Portal.Storage.Uploads;

/// <summary>
/// The uploads under way. What an upload is lies in storage and survives a restart; beside it this process keeps only
/// a running hash, which can be made again by one read of the data.
/// </summary>
public sealed class UploadStore(IStorageDriver driver, BlobStore blobs, TimeProvider time) : IDisposable
{
    // Uploads whose running hash is kept. Beyond it the ones longest untouched lose it, which costs them a re-read.
    private const int MaxRemembered = 4096;

    private readonly ConcurrentDictionary<Guid, UploadSlot> _slots = new();

    /// <summary>Begins an upload and takes its turn.</summary>
    public async Task<UploadSession> StartAsync(RepositoryName name, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid();
        var startedAt = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        await driver.PutAsync(RegistryPaths.UploadStartedAt(name, id), Encoding.ASCII.GetBytes(startedAt), cancellationToken);
        return new UploadSession(driver, blobs, name, id, 0, await TakeAsync(id, cancellationToken), Forget);
    }

    /// <summary>Takes an upload's turn, after the request that has it now.</summary>
    /// <returns>Null when there is no such upload in the repository.</returns>
    public async Task<UploadSession?> OpenAsync(RepositoryName name, Guid id, CancellationToken cancellationToken)
    {
        if (await driver.StatAsync(RegistryPaths.UploadStartedAt(name, id), cancellationToken) is null)
        {
            return null;
        }

        var slot = await TakeAsync(id, cancellationToken);
        try
        {
            // Again, now that it is our turn: the request before may have ended the upload.
            if (await driver.StatAsync(RegistryPaths.UploadStartedAt(name, id), cancellationToken) is not null)
            {
                var data = await driver.StatAsync(RegistryPaths.UploadData(name, id), cancellationToken);
                return new UploadSession(driver, blobs, name, id, data?.Size ?? 0, slot, Forget);
            }
        }
        catch
        {
            slot.Turn.Release();
            throw;
        }

        Forget(id, slot);
        return null;
    }

    public void Dispose()
    {
        foreach (var (id, slot) in _slots)
        {
            if (_slots.TryRemove(id, out _))
            {
                slot.Hash.Dispose();
            }
        }
    }

    private async Task<UploadSlot> TakeAsync(Guid id, CancellationToken cancellationToken)
    {
        while (true)
        {
            var slot = _slots.GetOrAdd(id, _ => new UploadSlot());
            await slot.Turn.WaitAsync(cancellationToken);
            if (!slot.Forgotten)
            {
                slot.LastUsed = time.GetUtcNow();
                MakeRoom();
                return slot;
            }

            slot.Turn.Release();
        }
    }

    /// <summary>Ends what is remembered of an upload whose turn the caller has, and the turn.</summary>
    private void Forget(Guid id, UploadSlot slot)
    {
        slot.Forgotten = true;
        _slots.TryRemove(id, out _);
        slot.Hash.Dispose();
        slot.Turn.Release();
    }

    private void MakeRoom()
    {
        if (_slots.Count <= MaxRemembered)
        {
            return;
        }

        foreach (var (id, slot) in _slots.OrderBy(entry => entry.Value.LastUsed).Take(MaxRemembered / 4))
        {
            if (slot.Turn.Wait(TimeSpan.Zero))
            {
                if (slot.Forgotten)
                {
                    slot.Turn.Release();
                }
                else
                {
                    Forget(id, slot);
                }
            }
        }
    }
}

/// <summary>What this process remembers of one upload. Whoever has <see cref="Turn"/> may touch the rest.</summary>
internal sealed class UploadSlot
{
    public SemaphoreSlim Turn { get; } = new(1, 1);

    public UploadHash Hash { get; } = new();

    public bool Forgotten { get; set; }

    public DateTimeOffset LastUsed { get; set; }
}
