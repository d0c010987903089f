using System.Runtime.CompilerServices;
using Portal.Storage.Drivers;
using Portal.Storage.Layout;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;

namespace Portal.Storage.Maintenance;

/// <summary>A repository as a collection reads it: what nobody can understand in it is a problem, and nothing is left out silently.</summary>
internal sealed class RepositoryReading(IStorageDriver driver, LocalRegistry registry, RepositoryName name)
{
    private static readonly string[] Link = ["link"];
    private static readonly string[] CurrentLink = ["current", "link"];

    private readonly StoragePath _folder = RegistryPaths.Repository(name);
    private readonly RepositoryFolders _folders = new(driver);

    /// <summary>What could not be understood first; null while nothing.</summary>
    public string? Problem { get; private set; }

    /// <inheritdoc cref="RepositoryFolders.LayersAsync"/>
    public IAsyncEnumerable<Digest> LayersAsync(CancellationToken cancellationToken) => _folders.LayersAsync(_folder, cancellationToken);

    /// <inheritdoc cref="RepositoryFolders.RevisionsAsync"/>
    public IAsyncEnumerable<Digest> RevisionsAsync(CancellationToken cancellationToken) => _folders.RevisionsAsync(_folder, cancellationToken);

    /// <summary>When a manifest of each algorithm came or went last, as far as the driver knows.</summary>
    /// <exception cref="UnreadableFolderException">That cannot be known.</exception>
    public async ValueTask<(DateTimeOffset? Sha256, DateTimeOffset? Sha512)> ChangedAtAsync(CancellationToken cancellationToken) => (
        (await StatAsync(RegistryPaths.Revisions(name, "sha256"), cancellationToken))?.Modified,
        (await StatAsync(RegistryPaths.Revisions(name, "sha512"), cancellationToken))?.Modified);

    /// <summary>What tags point to.</summary>
    /// <inheritdoc cref="RepositoryFolders.TagsAsync"/>
    public async IAsyncEnumerable<Digest> TaggedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var tag in _folders.TagsAsync(_folder, cancellationToken))
        {
            var link = RegistryPaths.TagCurrentLink(name, tag);
            if (await RepositoryFolders.ReadAsync(link, () => registry.Tags.FindAsync(name, tag, cancellationToken)) is { } digest)
            {
                yield return digest;
            }
            else if (await StatAsync(link, cancellationToken) is not null)
            {
                // A power cut may leave it empty; which manifest it meant is not known then, and that one is not to go.
                Problem ??= $"{link} holds no digest: push the tag again, or remove its folder";
            }
            else
            {
                await _folders.RequireAbsentAsync(RegistryPaths.TagFolder(name, tag), CurrentLink, cancellationToken);
            }
        }
    }

    /// <summary>Reads a manifest. One that nobody can read is a problem.</summary>
    /// <returns>No manifest where there is a problem, or the repository does not have it.</returns>
    /// <exception cref="UnreadableFolderException">Whether the repository has it cannot be known.</exception>
    public async Task<(Manifest? Manifest, DateTimeOffset PushedAt)> ReadAsync(Digest digest, CancellationToken cancellationToken)
    {
        var path = RegistryPaths.RevisionLink(name, digest);
        if (await StatAsync(path, cancellationToken) is not { IsFolder: false } link)
        {
            await _folders.RequireAbsentAsync(path.Parent, Link, cancellationToken);
            return default;
        }

        try
        {
            var manifest = await registry.Manifests.ReadAsync(digest, cancellationToken);

            // A link without a word in it is what a power cut leaves; nobody is served by it, but what it meant is kept.
            Problem ??= manifest is null && link.Size > 0
                ? $"the manifest {digest} cannot be read, and what it refers to is not known: push it again, or delete it"
                : null;
            return (manifest, link.Modified);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            Problem ??= exception.Message;
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

    private ValueTask<StorageEntry?> StatAsync(StoragePath path, CancellationToken cancellationToken) =>
        RepositoryFolders.ReadAsync(path, () => driver.StatAsync(path, cancellationToken));
}
