using System.Runtime.CompilerServices;
using Portal.Storage.Drivers;
using Portal.Storage.Layout;
using Portal.Storage.Oci;
using Portal.Storage.Uploads;

namespace Portal.Storage.Maintenance;

/// <summary>An upload that nobody went on with.</summary>
/// <param name="Bytes">What had come of it.</param>
/// <param name="Touched">When something came last.</param>
public readonly record struct StaleUpload(RepositoryName Repository, Guid Id, long Bytes, DateTimeOffset Touched);

/// <summary>
/// Removes uploads that were given up. Upstream looks at when an upload began; here it is when its last byte came, so that
/// one that takes long is safe.
/// </summary>
public sealed class UploadPurger(IStorageDriver driver, UploadStore uploads)
{
    // A request that has the upload's turn is going on with it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Removes what was touched before a moment, one by one as the answer is read.</summary>
    /// <param name="isDryRun">Only tells of them.</param>
    /// <returns>Each upload that was removed, or would be.</returns>
    public async IAsyncEnumerable<StaleUpload> PurgeAsync(
        DateTimeOffset before, bool isDryRun, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (name, id) in ListAsync(RegistryPaths.Repositories, string.Empty, cancellationToken))
        {
            if (await LookAsync(name, id, cancellationToken) is { } upload
                && upload.Touched < before
                && (isDryRun || await RemoveAsync(upload, before, cancellationToken)))
            {
                yield return upload;
            }
        }
    }

    /// <summary>Every upload of every repository, those that hold nothing else too.</summary>
    private async IAsyncEnumerable<(RepositoryName Name, Guid Id)> ListAsync(
        StoragePath folder, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var child in driver.ListAsync(folder, null, int.MaxValue, cancellationToken))
        {
            if (child.Name == RegistryPaths.UploadsFolder && RepositoryName.TryParse(prefix.AsSpan().TrimEnd('/'), out var name))
            {
                await foreach (var upload in driver.ListAsync(folder / child.Name, null, int.MaxValue, cancellationToken))
                {
                    if (Guid.TryParseExact(upload.Name, "D", out var id))
                    {
                        yield return (name, id);
                    }
                }
            }
            else if (child.IsFolder && RepositoryName.TryParse(prefix + child.Name, out _))
            {
                await foreach (var below in ListAsync(folder / child.Name, $"{prefix}{child.Name}/", cancellationToken))
                {
                    yield return below;
                }
            }
        }
    }

    /// <returns>Null when it is gone by now.</returns>
    private async ValueTask<StaleUpload?> LookAsync(RepositoryName name, Guid id, CancellationToken cancellationToken)
    {
        var data = await driver.StatAsync(RegistryPaths.UploadData(name, id), cancellationToken);
        var startedAt = await driver.StatAsync(RegistryPaths.UploadStartedAt(name, id), cancellationToken);

        // What another registry left may have neither.
        var folder = data is null && startedAt is null ? await driver.StatAsync(RegistryPaths.Upload(name, id), cancellationToken) : null;
        return new[] { data, startedAt, folder }.Max(entry => entry?.Modified) is { } touched
            ? new StaleUpload(name, id, data?.Size ?? 0, touched)
            : null;
    }

    /// <returns>False when a client went on with it meanwhile.</returns>
    private async Task<bool> RemoveAsync(StaleUpload upload, DateTimeOffset before, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await using var session = await uploads.OpenAsync(upload.Repository, upload.Id, patience.Token);
            if (await LookAsync(upload.Repository, upload.Id, cancellationToken) is not { } now || now.Touched >= before)
            {
                return false;
            }

            if (session is null)
            {
                await driver.DeleteAsync(RegistryPaths.Upload(upload.Repository, upload.Id), CancellationToken.None);
            }
            else
            {
                await session.CancelAsync();
            }

            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
