using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Storage.History;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Registry.Activity;

/// <summary>How often something was pulled.</summary>
/// <param name="LastPulled">Null when it never was.</param>
public readonly record struct Pulls(long Count, DateTimeOffset? LastPulled);

/// <summary>
/// The activity as far as somebody may see it: of repositories that one may pull from. What concerns no repository, and
/// where others come from, is for administrators.
/// </summary>
public sealed class ActivityHistory(
    ActivityStore store, PullCounts counts, PullDays pullDays, Permissions permissions, LiveConfiguration live, TimeProvider time)
{
    /// <summary>The wanted rows, newest first, and how many there are in all.</summary>
    public async Task<RowPage<ActivityEntry>> FindAsync(Identity who, ActivityQuery query, CancellationToken cancellationToken)
    {
        if (query.Repository is { } name && (!RepositoryName.TryParse(name, out var repository) || !MayPull(who, repository)))
        {
            return new RowPage<ActivityEntry>([], 0);
        }

        // Rows that are too old and not removed yet are not there either.
        var retention = live.Current.Portal.ActivityRetention;
        if (retention > TimeSpan.Zero && time.GetUtcNow() - retention is var first && (query.From is null || query.From < first))
        {
            query = query with { From = first };
        }

        var seesAll = permissions.IsAdministrator(who);
        var found = await store.FindAsync(query, new ActivityScope(permissions.Visible(who), seesAll), cancellationToken);
        return seesAll ? found : new RowPage<ActivityEntry>([.. found.Items.Select(row => Shown(who, row))], found.Total);
    }

    /// <summary>
    /// Pulls of tags: by the tag's name, and by the digest it has now, since most clients look up a tag's digest and pull that.
    /// </summary>
    /// <returns>By tag; none when the repository may not be pulled from.</returns>
    public async Task<IReadOnlyDictionary<Tag, Pulls>> PullsOfAsync(
        Identity who, RepositoryName name, IReadOnlyCollection<(Tag Tag, Digest Digest)> tags, CancellationToken cancellationToken)
    {
        if (!MayPull(who, name))
        {
            return new Dictionary<Tag, Pulls>();
        }

        var found = await FindAsync(name, tags.Select(tag => tag.Tag.ToString()).Concat(tags.Select(tag => tag.Digest.ToString())), cancellationToken);
        return tags.ToDictionary(tag => tag.Tag, tag => Sum(found, [tag.Tag.ToString(), tag.Digest.ToString()]));
    }

    /// <summary>Pulls of a manifest: by its digest, and by tags that point to it.</summary>
    /// <returns>None when the repository may not be pulled from.</returns>
    public async Task<Pulls> PullsOfAsync(
        Identity who, RepositoryName name, Digest digest, IReadOnlyCollection<Tag> tags, CancellationToken cancellationToken)
    {
        if (!MayPull(who, name))
        {
            return default;
        }

        List<string> references = [digest.ToString(), .. tags.Select(tag => tag.ToString())];
        return Sum(await FindAsync(name, references, cancellationToken), references);
    }

    /// <summary>The tags and digests that were pulled most, of repositories that may be pulled from.</summary>
    public Task<IReadOnlyList<PullCount>> MostPulledAsync(Identity who, int take, CancellationToken cancellationToken)
    {
        return counts.MostPulledAsync(take, permissions.Visible(who), cancellationToken);
    }

    /// <summary>How often a repository was pulled from on each of the last days in UTC, oldest first, today's last.</summary>
    /// <param name="days">1 to <see cref="PullDays.Kept"/>.</param>
    /// <returns>None when it was never pulled from while that was kept, or may not be pulled from.</returns>
    public async Task<IReadOnlyList<PullDay>> PullsByDayAsync(Identity who, RepositoryName name, int days, CancellationToken cancellationToken)
    {
        var repository = name.ToString();
        if (!MayPull(who, name) || !await pullDays.HasAnyAsync(repository, cancellationToken))
        {
            return [];
        }

        var first = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(1 - days);
        var found = (await pullDays.OfAsync(repository, first, cancellationToken)).ToDictionary(pulls => pulls.Day);
        return [.. Enumerable.Range(0, days).Select(first.AddDays).Select(day => found.GetValueOrDefault(day) ?? new PullDay(repository, day, 0))];
    }

    private static Pulls Sum(Dictionary<string, PullCount> found, IReadOnlyCollection<string> references)
    {
        var sum = default(Pulls);
        foreach (var reference in references)
        {
            if (found.TryGetValue(reference, out var pulls))
            {
                sum = new Pulls(sum.Count + pulls.Count, sum.LastPulled > pulls.LastPulled ? sum.LastPulled : pulls.LastPulled);
            }
        }

        return sum;
    }

    private async Task<Dictionary<string, PullCount>> FindAsync(RepositoryName name, IEnumerable<string> references, CancellationToken cancellationToken)
    {
        var found = await counts.OfAsync(name.ToString(), [.. references.Distinct()], cancellationToken);
        return found.ToDictionary(pulls => pulls.Reference);
    }

    private ActivityEntry Shown(Identity who, ActivityEntry row)
    {
        if (row.FromRepository is { } from && (!RepositoryName.TryParse(from, out var source) || !MayPull(who, source)))
        {
            row = row with { FromRepository = null };
        }

        return row.Actor is not null && row.Actor == who.Name ? row : row with { Address = null, UserAgent = null, Detail = null };
    }

    private bool MayPull(Identity who, RepositoryName name) => permissions.On(who, name).HasFlag(RepositoryActions.Pull);
}
