using System.Runtime.CompilerServices;
using Portal.Storage.Drivers;
using Portal.Storage.Layout;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;
using Portal.Storage.Repositories;

namespace Portal.Storage.Maintenance;

/// <summary>A repository as a collection reads it: what nobody can understand in it is a problem, and nothing is left out silently.</summary>
internal sealed class RepositoryReading(IStorageDriver driver, LocalRegistry registry, RepositoryName name)
{
    private static readonly string[] Link = [RegistryPaths.Link];
    private static readonly string[] CurrentLink = [RegistryPaths.CurrentFolder, RegistryPaths.Link];

    // The coarsest clock of a file system that is about (FAT's): a change within one tick of it does not show.
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);

    private readonly StoragePath _folder = RegistryPaths.Repository(name);
    private readonly RepositoryFolders _folders = new(driver);

    /// <summary>What could not be understood first; null while nothing.</summary>
    public Reason? Problem { get; private set; }

    /// <inheritdoc cref="RepositoryFolders.LayersAsync"/>
    public IAsyncEnumerable<Digest> LayersAsync(CancellationToken cancellationToken) => _folders.LayersAsync(_folder, cancellationToken);

    /// <inheritdoc cref="RepositoryFolders.RevisionsAsync"/>
    public IAsyncEnumerable<Digest> RevisionsAsync(CancellationToken cancellationToken) => _folders.RevisionsAsync(_folder, cancellationToken);

    /// <summary>When a manifest of each algorithm came or went last, as far as the driver knows.</summary>
    /// <returns>Null when one did just now: another one within the same tick would not show.</returns>
    /// <exception cref="UnreadableFolderException">That cannot be known.</exception>
    public async ValueTask<(DateTimeOffset? Sha256, DateTimeOffset? Sha512)?> ChangedAtAsync(CancellationToken cancellationToken)
    {
        var settled = registry.Time.GetUtcNow() - Tick;
        var sha256 = (await StatAsync(RegistryPaths.Revisions(name, "sha256"), cancellationToken))?.Modified;
        var sha512 = (await StatAsync(RegistryPaths.Revisions(name, "sha512"), cancellationToken))?.Modified;
        return sha256 > settled || sha512 > settled ? null : (sha256, sha512);
    }

    /// <summary>Since when the repository has a blob.</summary>
    /// <returns>Null when it does not have it, or its link is empty, as a power cut leaves one.</returns>
    /// <exception cref="UnreadableFolderException">Whether it has it cannot be known.</exception>
    public async Task<DateTimeOffset?> LinkedAtAsync(Digest digest, CancellationToken cancellationToken) =>
        await LookAsync(RegistryPaths.LayerLink(name, digest), cancellationToken) is { Size: > 0 } link ? link.Modified : null;

    /// <summary>What tags point to.</summary>
    /// <inheritdoc cref="RepositoryFolders.TagsAsync"/>
    public async IAsyncEnumerable<Digest> TaggedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var tag in _folders.TagsAsync(_folder, cancellationToken))
        {
            if (await FindTargetAsync(tag, cancellationToken) is { } digest)
            {
                yield return digest;
            }
        }
    }

    /// <summary>Reads a manifest. One that nobody can read is a problem.</summary>
    /// <returns>No manifest where there is a problem, or the repository does not have it.</returns>
    /// <exception cref="UnreadableFolderException">Whether the repository has it cannot be known.</exception>
    public async Task<(Manifest? Manifest, DateTimeOffset PushedAt)> ReadAsync(Digest digest, CancellationToken cancellationToken)
    {
        var path = RegistryPaths.RevisionLink(name, digest);
        if (await LookAsync(path, cancellationToken) is not { } link)
        {
            return default;
        }

        try
        {
            var manifest = await registry.Manifests.ReadAsync(digest, cancellationToken);

            // A link without a word in it is what a power cut leaves; nobody is served by it, but what it meant is kept.
            Problem ??= manifest is null && link.Size > 0
                ? new Reason(RepositoryFault.ManifestUnknown, $"the manifest {digest} cannot be read, and what it refers to is not known: push it again, or delete it")
                : null;
            return (manifest, link.Modified);
        }
        catch (InvalidDataException)
        {
            Problem ??= new Reason(RepositoryFault.ManifestDamaged, $"the bytes of the manifest {digest} are damaged: push it again, or delete it");
            return default;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Problem ??= new Reason(RepositoryFault.ManifestRefused, $"the manifest {digest} cannot be read: {exception.Message.TrimEnd('.')}");
            return default;
        }
    }

    /// <summary>Reads a manifest that came since the repository was looked through, if it came here.</summary>
    public async Task<Manifest?> ReadArrivalAsync(Digest digest, CancellationToken cancellationToken) =>
        await StatAsync(RegistryPaths.RevisionLink(name, digest), cancellationToken) is null
            ? null
            : (await ReadAsync(digest, cancellationToken)).Manifest;

    /// <summary>Notes that whatever the repository links stays.</summary>
    /// <inheritdoc cref="RepositoryFolders.LayersAsync"/>
    public Task KeepAllAsync(DigestSet kept, CancellationToken cancellationToken) => _folders.KeepAllAsync(_folder, kept, cancellationToken);

    /// <returns>Null when the tag points to nothing, or, which is a problem, to what cannot be known.</returns>
    private async Task<Digest?> FindTargetAsync(Tag tag, CancellationToken cancellationToken)
    {
        var link = RegistryPaths.TagCurrentLink(name, tag);
        for (var look = 1; ; look++)
        {
            if (await RepositoryFolders.ReadAsync(link, () => registry.Tags.FindAsync(name, tag, cancellationToken)) is { } digest)
            {
                return digest;
            }

            if (await StatAsync(link, cancellationToken) is null)
            {
                if (await IsAbsentAsync(RegistryPaths.TagFolder(name, tag), CurrentLink, look, cancellationToken))
                {
                    return null;
                }
            }
            else if (look == RepositoryFolders.Looks)
            {
                // A power cut may leave it empty; which manifest it meant is not known then, and that one is not to go.
                Problem ??= new Reason(RepositoryFault.TagDamaged, $"{link} holds no digest: push the tag again, or remove its folder");
                return null;
            }
        }
    }

    /// <summary>Looks at a link whose folder is listed.</summary>
    /// <returns>Null when it is not there.</returns>
    private async Task<StorageEntry?> LookAsync(StoragePath link, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            if (await StatAsync(link, cancellationToken) is { IsFolder: false } entry)
            {
                return entry;
            }

            if (await IsAbsentAsync(link.Parent, Link, look, cancellationToken))
            {
                return null;
            }
        }
    }

    /// <param name="look">How often it was looked for, from 1: a push makes the folder first, and then the file.</param>
    /// <returns>False when it may have come since, and is to be looked for again.</returns>
    /// <inheritdoc cref="RepositoryFolders.RequireAbsentAsync"/>
    private async Task<bool> IsAbsentAsync(StoragePath listed, string[] way, int look, CancellationToken cancellationToken)
    {
        try
        {
            await _folders.RequireAbsentAsync(listed, way, cancellationToken);
            return true;
        }
        catch (UnreadableFolderException) when (look < RepositoryFolders.Looks)
        {
            return false;
        }
    }

    private ValueTask<StorageEntry?> StatAsync(StoragePath path, CancellationToken cancellationToken) =>
        RepositoryFolders.ReadAsync(path, () => driver.StatAsync(path, cancellationToken));
}
