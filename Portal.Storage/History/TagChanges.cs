using Microsoft.EntityFrameworkCore;
using Portal.Storage.Metadata;

namespace Portal.Storage.History;

/// <summary>
/// Which manifest each tag pointed to, and since when. Rows come with <see cref="ActivityStore.WriteAsync"/>, in the
/// transaction that tells the activity of the same events; how long the activity is kept has no bearing on them.
/// </summary>
public sealed class TagChanges(HistoryDatabase database)
{
    /// <summary>Changes of one tag that are kept: the newest.</summary>
    public const int MaxOfTag = 100;

    /// <summary>Changes that are kept in all: the newest, so that tags that are made up and deleted for ever do not fill the disk.</summary>
    public const int MaxRows = 2_000_000;

    private const int MaxTake = 1000;

    /// <summary>The changes of a tag, newest first, at most <see cref="MaxOfTag"/>; none when none is known.</summary>
    public async Task<IReadOnlyList<TagChange>> OfTagAsync(string repository, string tag, CancellationToken cancellationToken)
    {
        if (!database.Exists)
        {
            return [];
        }

        await using var context = await database.OpenAsync(cancellationToken);
        var rows = await context.TagChanges.AsNoTracking()
            .Where(row => row.Repository == repository && row.Tag == tag)
            .OrderByDescending(row => row.Id)
            .Take(MaxOfTag)
            .ToListAsync(cancellationToken);
        return [.. rows.Select(ToChange)];
    }

    /// <summary>The deletions of tags that are not back, newest first, and how many there are in all.</summary>
    /// <param name="take">1 to 1,000.</param>
    public async Task<RowPage<TagChange>> DeletedAsync(string repository, int skip, int take, CancellationToken cancellationToken)
    {
        if (!database.Exists)
        {
            return new RowPage<TagChange>([], 0);
        }

        await using var context = await database.OpenAsync(cancellationToken);
        var rows = context.TagChanges.AsNoTracking().Where(row => row.Repository == repository && row.Kind == TagChangeKind.Deleted
            && !context.TagChanges.Any(newer => newer.Repository == repository && newer.Tag == row.Tag && newer.Id > row.Id));
        var items = await rows.OrderByDescending(row => row.Id).Skip(skip).Take(Math.Clamp(take, 1, MaxTake)).ToListAsync(cancellationToken);
        return new RowPage<TagChange>([.. items.Select(ToChange)], await rows.CountAsync(cancellationToken));
    }

    /// <summary>Removes all but the newest <paramref name="most"/> changes.</summary>
    public async Task TrimAsync(int most, CancellationToken cancellationToken)
    {
        if (!database.Exists)
        {
            return;
        }

        await using var context = await database.OpenAsync(cancellationToken);
        var last = await context.TagChanges.OrderByDescending(row => row.Id).Skip(most).Select(row => (long?)row.Id).FirstOrDefaultAsync(cancellationToken);
        await context.TagChanges.Where(row => row.Id <= last).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Adds changes, each behind what it replaced if nothing tells of that yet, and removes what is too much of a tag.</summary>
    internal static async Task WriteAsync(HistoryDbContext context, IReadOnlyList<TagChange> changes, CancellationToken cancellationToken)
    {
        // A new tag, and most are, needs no look at what is there.
        var known = new Dictionary<(string Repository, string Tag), string?>();
        foreach (var (repository, tag) in changes.Where(change => change.Before is not null).Select(change => (change.Repository, change.Tag)).Distinct())
        {
            known[(repository, tag)] = await context.TagChanges.AsNoTracking()
                .Where(row => row.Repository == repository && row.Tag == tag)
                .OrderByDescending(row => row.Id)
                .Select(row => row.Kind == TagChangeKind.Deleted ? null : row.Digest)
                .FirstOrDefaultAsync(cancellationToken);
        }

        var touched = known.Keys.ToList();
        foreach (var change in changes)
        {
            // The first change of a tag that is older than this history, or events in between were lost.
            if (change.Before is { } before && before.Digest != known.GetValueOrDefault((change.Repository, change.Tag)))
            {
                context.TagChanges.Add(ToEntity(change with { Kind = TagChangeKind.Found, Digest = before.Digest, Time = before.Since, Actor = null }));
            }

            context.TagChanges.Add(ToEntity(change));
            known[(change.Repository, change.Tag)] = change.Kind is TagChangeKind.Deleted ? null : change.Digest;
        }

        await context.SaveChangesAsync(cancellationToken);
        foreach (var (repository, tag) in touched)
        {
            var last = await context.TagChanges.Where(row => row.Repository == repository && row.Tag == tag)
                .OrderByDescending(row => row.Id).Skip(MaxOfTag).Select(row => (long?)row.Id).FirstOrDefaultAsync(cancellationToken);
            if (last is not null)
            {
                await context.TagChanges.Where(row => row.Repository == repository && row.Tag == tag && row.Id <= last).ExecuteDeleteAsync(cancellationToken);
            }
        }
    }

    private static TagChangeEntity ToEntity(TagChange change) => new()
    {
        Repository = change.Repository,
        Tag = change.Tag,
        Kind = change.Kind,
        Digest = change.Digest,
        Time = change.Time,
        Actor = change.Actor,
    };

    private static TagChange ToChange(TagChangeEntity row) => new()
    {
        Id = row.Id,
        Repository = row.Repository,
        Tag = row.Tag,
        Kind = row.Kind,
        Digest = row.Digest,
        Time = row.Time,
        Actor = row.Actor,
    };
}
