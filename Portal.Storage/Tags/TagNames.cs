using System.Runtime.CompilerServices;
using Portal.Storage.Blobs;
using Portal.Storage.Drivers;
using Portal.Storage.Layout;
using Portal.Storage.Oci;

namespace Portal.Storage.Tags;

/// <summary>The names of a repository's tags, remembered for as long as its tags folder does not change.</summary>
/// <remarks>
/// Nobody has to say that a tag came or went, not even another process on the same volume, as upstream's tools: each is
/// a child of the tags folder, which changes the folder's time. What changes below a child does not show there: a folder
/// without a current link (an interrupted delete) is no tag, and a push may revive it. So such a folder is looked at
/// again by every list; one that was seen with a link is a tag until it is removed. Only a delete that another process
/// broke off between link and folder goes unseen until the folder changes next: then a name is listed that is not found.
/// </remarks>
internal sealed class TagNames(IStorageDriver driver, TimeProvider time)
{
    private const int MaxNames = 100_000;
    private const long CacheBytes = 16 * 1024 * 1024;

    // What the cache takes of a single repository.
    private const long MaxBytes = CacheBytes / 2;

    // What a name costs beside its characters: the string's header, its place in the array and whether it is sure.
    private const int NameOverhead = 33;
    private const int ListOverhead = 256;
    private const int ChunkSize = 512;

    // A second change within the file system's tick leaves the folder's time as it was. A list of a younger folder may
    // lack that change for good, so it is not remembered.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    private readonly BoundedCache<RepositoryName, Names> _remembered = new(CacheBytes, names => names.Weight);

    /// <summary>Names in ordinal order, some at a time.</summary>
    /// <param name="after">Only names behind this text, which need not be a tag; null for all.</param>
    /// <param name="limit">How many at the most.</param>
    public async IAsyncEnumerable<ReadOnlyMemory<Tag>> ListAsync(
        RepositoryName name, string? after, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await FindAsync(name, cancellationToken) is not { Sorted: { } sorted, IsSure: var isSure })
        {
            await foreach (var tag in StreamAsync(name, after, limit, cancellationToken))
            {
                yield return new[] { tag };
            }

            yield break;
        }

        for (var start = FirstBehind(sorted, after); start < sorted.Length && limit > 0;)
        {
            var count = Math.Min(Math.Min(ChunkSize, limit), sorted.Length - start);
            var chunk = isSure.AsSpan(start, count).Contains(false)
                ? await LookAsync(name, sorted, isSure, start, count, cancellationToken)
                : sorted.AsMemory(start, count);
            start += count;
            limit -= chunk.Length;
            if (!chunk.IsEmpty)
            {
                yield return chunk;
            }
        }
    }

    /// <summary>For a delete that may be cut short: the folder's time does not tell that its link is gone.</summary>
    public void Forget(RepositoryName name)
    {
        _remembered.Remove(name);
    }

    /// <returns>Null when nothing can be remembered now.</returns>
    private async ValueTask<Names?> FindAsync(RepositoryName name, CancellationToken cancellationToken)
    {
        // Clock and folder before the list: a change while it is made gives the folder a time that is not remembered.
        var now = time.GetUtcNow();
        var folder = await driver.StatAsync(RegistryPaths.Tags(name), cancellationToken);
        if (folder is not { IsFolder: true, Modified: var modified } || modified == default)
        {
            return null;
        }

        if (_remembered.TryGet(name, out var names) && names.Modified == modified)
        {
            return names;
        }

        if (now - modified <= Settled)
        {
            return null;
        }

        names = await ReadAsync(name, modified, cancellationToken);
        _remembered.Set(name, names);
        return names;
    }

    private async ValueTask<Names> ReadAsync(RepositoryName name, DateTimeOffset modified, CancellationToken cancellationToken)
    {
        var tags = new List<Tag>();
        var seen = 0;
        long weight = ListOverhead;
        await foreach (var child in driver.ListAsync(RegistryPaths.Tags(name), null, MaxNames + 1, cancellationToken))
        {
            if (child.IsFolder && Tag.TryParse(child.Name, out var tag))
            {
                tags.Add(tag);
                weight += (child.Name.Length * sizeof(char)) + NameOverhead;
            }

            if (++seen > MaxNames || weight > MaxBytes)
            {
                // That it is too much is remembered as well, else each request would find it out again.
                return new Names(modified, null, [], ListOverhead);
            }
        }

        return new Names(modified, [.. tags], new bool[tags.Count], weight);
    }

    /// <summary>Those of a chunk that are tags now. Only the first list that comes by has to look at all.</summary>
    private async ValueTask<ReadOnlyMemory<Tag>> LookAsync(
        RepositoryName name, Tag[] sorted, bool[] isSure, int start, int count, CancellationToken cancellationToken)
    {
        var tags = new List<Tag>(count);
        for (var position = start; position < start + count; position++)
        {
            if (isSure[position] || await IsTagAsync(name, sorted[position], cancellationToken))
            {
                isSure[position] = true;
                tags.Add(sorted[position]);
            }
        }

        return tags.ToArray();
    }

    private async IAsyncEnumerable<Tag> StreamAsync(
        RepositoryName name, string? after, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A folder without a current link is no tag, so one listing may give too few.
        var wanted = limit;
        while (wanted > 0)
        {
            var asked = wanted;
            var seen = 0;
            await foreach (var child in driver.ListAsync(RegistryPaths.Tags(name), after, asked, cancellationToken))
            {
                seen++;
                after = child.Name;
                if (child.IsFolder && Tag.TryParse(child.Name, out var tag) && await IsTagAsync(name, tag, cancellationToken))
                {
                    wanted--;
                    yield return tag;
                }
            }

            if (seen < asked)
            {
                yield break;
            }
        }
    }

    private async ValueTask<bool> IsTagAsync(RepositoryName name, Tag tag, CancellationToken cancellationToken)
    {
        // A power cut may leave an empty link, which leads nowhere.
        return await driver.StatAsync(RegistryPaths.TagCurrentLink(name, tag), cancellationToken) is { IsFolder: false, Size: > 0 };
    }

    private static int FirstBehind(Tag[] sorted, string? after)
    {
        var low = 0;
        var high = after is null ? 0 : sorted.Length;
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (string.CompareOrdinal(sorted[middle].ToString(), after) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <param name="Modified">The folder's time when it was listed.</param>
    /// <param name="Sorted">Every folder that a tag may lie in; null when they are too many.</param>
    /// <param name="IsSure">Of each, whether it was seen with a current link.</param>
    private sealed record Names(DateTimeOffset Modified, Tag[]? Sorted, bool[] IsSure, long Weight);
}
