using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Portal.Storage.Drivers;
using Portal.Storage.Layout;
using Portal.Storage.Oci;

namespace Portal.Storage.Tags;

/// <summary>What a tag points to now, and since when.</summary>
public readonly record struct TagTarget(Tag Tag, Digest Digest, DateTimeOffset PushedAt);

/// <summary>The tags of each repository.</summary>
/// <param name="lookups">Tags that are looked at side by side when those of one manifest are asked for, at least 1.</param>
public sealed class TagStore(IStorageDriver driver, TimeProvider time, int lookups)
{
    private readonly TagNames _names = new(driver, time);

    /// <returns>Null when the repository has no such tag.</returns>
    public async ValueTask<TagTarget?> ResolveAsync(RepositoryName name, Tag tag, CancellationToken cancellationToken)
    {
        var path = RegistryPaths.TagCurrentLink(name, tag);
        return await driver.ReadLinkAsync(path, cancellationToken) is { } digest
            && await driver.StatAsync(path, cancellationToken) is { } entry
            ? new TagTarget(tag, digest, entry.Modified)
            : null;
    }

    /// <returns>The digest a tag points to; null when the repository has no such tag.</returns>
    public ValueTask<Digest?> FindAsync(RepositoryName name, Tag tag, CancellationToken cancellationToken)
    {
        return driver.ReadLinkAsync(RegistryPaths.TagCurrentLink(name, tag), cancellationToken);
    }

    /// <summary>Points the tag to a manifest, which must be linked already. The last one to come wins.</summary>
    public async Task SetAsync(RepositoryName name, Tag tag, Digest digest, CancellationToken cancellationToken)
    {
        await driver.WriteLinkAsync(RegistryPaths.TagIndexLink(name, tag, digest), digest, cancellationToken);
        await driver.WriteLinkAsync(RegistryPaths.TagCurrentLink(name, tag), digest, cancellationToken);
    }

    /// <returns>False when the repository has no such tag.</returns>
    public async Task<bool> DeleteAsync(RepositoryName name, Tag tag, CancellationToken cancellationToken)
    {
        // The current link goes first: whatever a crash leaves of the folder is no tag any more.
        var existed = await driver.DeleteAsync(RegistryPaths.TagCurrentLink(name, tag), cancellationToken);
        _names.Forget(name);
        await driver.DeleteAsync(RegistryPaths.TagFolder(name, tag), cancellationToken);
        return existed;
    }

    /// <summary>All tags in ordinal order, each with what it points to.</summary>
    public async IAsyncEnumerable<(Tag Tag, Digest Digest)> ListAsync(
        RepositoryName name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var child in driver.ListAsync(RegistryPaths.Tags(name), null, int.MaxValue, cancellationToken))
        {
            // A folder without a current link (an interrupted delete) is no tag.
            if (child.IsFolder && Tag.TryParse(child.Name, out var tag)
                && await FindAsync(name, tag, cancellationToken) is { } digest)
            {
                yield return (tag, digest);
            }
        }
    }

    /// <summary>Tags in ordinal order, some at a time, without what they point to: far cheaper than <see cref="ListAsync"/>.</summary>
    /// <param name="after">Only tags behind this text, which need not be a tag; null for all.</param>
    /// <param name="limit">How many at the most.</param>
    public IAsyncEnumerable<ReadOnlyMemory<Tag>> ListNamesAsync(
        RepositoryName name, string? after, int limit, CancellationToken cancellationToken)
    {
        return _names.ListAsync(name, after, limit, cancellationToken);
    }

    /// <summary>The tags that point to a manifest now, in ordinal order.</summary>
    public async Task<IReadOnlyList<Tag>> ListOfAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken)
    {
        var tags = new ConcurrentBag<Tag>();
        var together = new ParallelOptions { MaxDegreeOfParallelism = lookups, CancellationToken = cancellationToken };
        await foreach (var names in ListNamesAsync(name, null, int.MaxValue, cancellationToken))
        {
            await Parallel.ForAsync(0, names.Length, together, async (i, cancelled) =>
            {
                if (await FindAsync(name, names.Span[i], cancelled) == digest)
                {
                    tags.Add(names.Span[i]);
                }
            });
        }

        return [.. tags.OrderBy(tag => tag.ToString(), StringComparer.Ordinal)];
    }
}
