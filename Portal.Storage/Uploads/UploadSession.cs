using System.Buffers;
using System.IO.Pipelines;
using Portal.Storage.Blobs;
using Portal.Storage.Drivers;
using Portal.Storage.Layout;
using Portal.Storage.Oci;

namespace Portal.Storage.Uploads;

/// <summary>
/// One request's turn with an upload. Disposing gives the turn on and keeps what was written; only
/// <see cref="CommitAsync"/> and <see cref="CancelAsync"/> end the upload.
/// </summary>
public sealed class UploadSession : IAsyncDisposable
{
    // Below it, handing the hash to another core costs more than it saves.
    private const int ParallelFrom = 64 * 1024;

    private readonly IStorageDriver _driver;
    private readonly BlobStore _blobs;
    private readonly UploadSlot _slot;
    private readonly Action<Guid, UploadSlot> _end;
    private bool _ended;

    internal UploadSession(
        IStorageDriver driver,
        BlobStore blobs,
        RepositoryName repository,
        Guid id,
        long length,
        UploadSlot slot,
        Action<Guid, UploadSlot> end)
    {
        _driver = driver;
        _blobs = blobs;
        _slot = slot;
        _end = end;
        Repository = repository;
        Id = id;
        Length = length;
    }

    public RepositoryName Repository { get; }

    public Guid Id { get; }

    /// <summary>Bytes received so far.</summary>
    public long Length { get; private set; }

    /// <summary>
    /// Appends a body. What has come is hashed and written side by side, while what follows is received.
    /// </summary>
    /// <remarks>When the body breaks off, what arrived is kept, and the failure goes on to the caller.</remarks>
    /// <param name="maxLength">Bytes the body may have at the most; null for any number.</param>
    /// <returns>Bytes appended.</returns>
    /// <exception cref="OciException">SIZE_INVALID when the body is longer than <paramref name="maxLength"/>.</exception>
    public async Task<long> AppendAsync(PipeReader body, long? maxLength, CancellationToken cancellationToken)
    {
        // The hash takes longest, so it waits for nothing: while one piece is hashed on another core, the next one is
        // received and written. The body keeps a piece until it is hashed, so it holds two of them at the most.
        var start = Length;
        var unhashed = 0L;
        var hashing = Task.CompletedTask;
        IStorageWriter? writer = null;
        try
        {
            while (true)
            {
                var read = await body.ReadAsync(cancellationToken);
                var kept = read.Buffer.End;
                try
                {
                    var fresh = read.Buffer.Slice(unhashed);
                    unhashed = 0;
                    if (Length - start + fresh.Length > maxLength)
                    {
                        throw new OciException(ErrorCode.SizeInvalid, "the body is longer than its Content-Range says");
                    }

                    var before = hashing;
                    if (!fresh.IsEmpty)
                    {
                        writer ??= await _driver.OpenWriteAsync(RegistryPaths.UploadData(Repository, Id), append: true, CancellationToken.None);
                        hashing = HashAsync(before, fresh, Length);
                        await WriteAsync(writer, fresh, hashing);
                    }

                    if (read.IsCompleted)
                    {
                        return Length - start;
                    }

                    await before;
                    (kept, unhashed) = (fresh.Start, fresh.Length);
                }
                finally
                {
                    // After a failure too: the server then reads over the rest, and the connection stays usable.
                    if (unhashed == 0)
                    {
                        await hashing;
                    }

                    body.AdvanceTo(kept, read.Buffer.End);
                }
            }
        }
        finally
        {
            await hashing;
            if (writer is not null)
            {
                await writer.DisposeAsync();
            }
        }
    }

    /// <summary>
    /// Makes the upload a blob of the repository: checks the digest, flushes, renames, links. Ends the upload.
    /// </summary>
    /// <exception cref="OciException">DIGEST_INVALID when the content has another digest; the upload is gone then.</exception>
    public async Task CommitAsync(Digest digest, CancellationToken cancellationToken)
    {
        var data = RegistryPaths.UploadData(Repository, Id);
        var actual = await ComputeAsync(digest.Algorithm, data, cancellationToken);
        if (actual != digest)
        {
            await CancelAsync();
            throw new OciException(
                ErrorCode.DigestInvalid,
                "the content does not have the digest that was given",
                ("digest", digest.ToString()),
                ("actual", actual.ToString()));
        }

        // From here on it is carried through: a client that hangs up now may still ask whether the blob is there.
        using var passage = await _blobs.Links.EnterAsync(digest, CancellationToken.None);
        if (await _blobs.StatDataAsync(digest, CancellationToken.None) != Length)
        {
            if (Length == 0)
            {
                await _driver.PutAsync(RegistryPaths.BlobData(digest), default, CancellationToken.None);
            }
            else
            {
                await using (var writer = await _driver.OpenWriteAsync(data, append: true, CancellationToken.None))
                {
                    await writer.CommitAsync();
                }

                await _driver.MoveAsync(data, RegistryPaths.BlobData(digest), CancellationToken.None);
            }
        }

        await _blobs.LinkAsync(Repository, digest, CancellationToken.None);
        await CancelAsync();
    }

    /// <summary>Ends the upload and removes what came of it.</summary>
    public async Task CancelAsync()
    {
        await _driver.DeleteAsync(RegistryPaths.Upload(Repository, Id), CancellationToken.None);
        _ended = true;
    }

    public ValueTask DisposeAsync()
    {
        if (_ended)
        {
            _end(Id, _slot);
        }
        else
        {
            _slot.Turn.Release();
        }

        return ValueTask.CompletedTask;
    }

    private async ValueTask WriteAsync(IStorageWriter writer, ReadOnlySequence<byte> content, Task hashing)
    {
        try
        {
            await writer.WriteAsync(content, CancellationToken.None);
            Length += content.Length;
        }
        catch
        {
            await hashing;
            _slot.Hash.Invalidate();
            throw;
        }
    }

    /// <summary>Hashes a piece behind the one before it.</summary>
    /// <param name="offset">Where in the upload the piece begins.</param>
    private async Task HashAsync(Task before, ReadOnlySequence<byte> content, long offset)
    {
        if (content.Length >= ParallelFrom)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
        else
        {
            await before;
        }

        // After a restart, or when the hash was let go, it lacks the beginning: the commit reads it again then.
        if (_slot.Hash.Length == offset)
        {
            _slot.Hash.Append(content);
        }
    }

    private async Task<Digest> ComputeAsync(DigestAlgorithm algorithm, StoragePath data, CancellationToken cancellationToken)
    {
        if (algorithm == DigestAlgorithm.Sha256 && _slot.Hash.Length == Length)
        {
            return _slot.Hash.Current();
        }

        await using var content = await _driver.OpenReadAsync(data, 0, cancellationToken) ?? Stream.Null;
        return await UploadHash.OfAsync(content, algorithm, cancellationToken);
    }
}
