using Portal.Registry.Events;
using Portal.Storage.History;
using Portal.Storage.Oci;

namespace Portal.Registry.Activity;

/// <summary>
/// What is to be written next. Pulls of the same thing by the same client are one row with a count; one that began less
/// than a minute ago is counted on, also when it is written already. It is bounded: beyond, pulls are counted and have no row.
/// </summary>
internal sealed class PendingActivity
{
    /// <summary>Rows of pulls in a batch: a client that invents a name each time must not fill the disk.</summary>
    public const int MaxPullRows = 1000;

    private const int MaxOpen = 4000;
    private const int LongestAgent = 300;
    private static readonly TimeSpan Together = TimeSpan.FromMinutes(1);

    private readonly List<Row> _rows = [];
    private readonly Dictionary<PullKey, Row> _open = [];
    private readonly Dictionary<long, int> _more = [];
    private readonly Dictionary<(string Repository, string Reference), (long Count, DateTimeOffset Last)> _pulls = [];
    private readonly Dictionary<(string Repository, DateOnly Day), long> _pullDays = [];
    private readonly HashSet<(string Repository, string Reference)> _deleted = [];
    private readonly List<TagChange> _tagChanges = [];
    private readonly HashSet<string> _repositories = [];
    private int _pullRows;

    public bool IsEmpty => _rows.Count == 0 && _more.Count == 0 && _pulls.Count == 0 && _pullDays.Count == 0 && _deleted.Count == 0;

    /// <summary>Pulls that have no row since the last call, because too many different ones came at once; they are counted all the same.</summary>
    public int Unlisted { get; private set; }

    public IReadOnlySet<string> Repositories => _repositories;

    public void Add(ActivityEntry entry) => _rows.Add(new Row(entry));

    public void Add(RegistryEvent happened)
    {
        _repositories.Add(happened.Repository.ToString());
        if (happened.Action is EventAction.Pull)
        {
            AddPull(happened);
            return;
        }

        if (happened.Action is EventAction.Delete)
        {
            Forget(happened);
        }

        _tagChanges.AddRange(ChangesOf(happened));
        _rows.Add(new Row(ToEntry(happened)));
    }

    /// <summary>Takes what is there.</summary>
    public ActivityBatch ToBatch() => new()
    {
        Rows = [.. _rows.Select(row => row.Entry with { Count = row.Count })],
        More = _more.ToDictionary(),
        Deleted = [.. _deleted],
        TagChanges = [.. _tagChanges],
        Pulls = [.. _pulls.Select(pull => new PullCount(pull.Key.Repository, pull.Key.Reference, pull.Value.Count, pull.Value.Last))],
        PullDays = [.. _pullDays.Select(pulls => new PullDay(pulls.Key.Repository, pulls.Key.Day, pulls.Value))],
    };

    /// <summary>The batch is written: the next begins.</summary>
    /// <param name="ids">The rows' ids; none when the batch is given up.</param>
    public void Clear(IReadOnlyList<long> ids)
    {
        for (var index = 0; index < _rows.Count; index++)
        {
            _rows[index].Id = index < ids.Count ? ids[index] : 0;
        }

        foreach (var (key, _) in _open.Where(open => open.Value.Id == 0).ToList())
        {
            _open.Remove(key);
        }

        _rows.Clear();
        _more.Clear();
        _pulls.Clear();
        _pullDays.Clear();
        _deleted.Clear();
        _tagChanges.Clear();
        _repositories.Clear();
        (_pullRows, Unlisted) = (0, 0);
    }

    private static ActivityEntry ToEntry(RegistryEvent happened) => new()
    {
        Time = happened.Timestamp,
        Kind = happened.Action switch
        {
            EventAction.Push => ActivityKind.Push,
            EventAction.Pull => ActivityKind.Pull,
            EventAction.Mount => ActivityKind.Mount,
            _ => ActivityKind.Delete,
        },
        Repository = happened.Repository.ToString(),
        Tag = happened.Tag?.ToString(),
        Digest = happened.Digest?.ToString(),
        MediaType = happened.MediaType,
        Size = happened.Size,
        FromRepository = happened.FromRepository?.ToString(),
        Actor = happened.Actor.Name,
        Address = happened.Actor.IpAddress?.ToString(),
        UserAgent = Cut(happened.Actor.UserAgent),
        Detail = happened.Actor.Identity.TokenNote,
    };

    /// <summary>What became of tags. One that was put where it is already has not changed.</summary>
    private static IEnumerable<TagChange> ChangesOf(RegistryEvent happened) => happened switch
    {
        { Action: EventAction.Push, Tag: { } tag, Digest: { } digest } when happened.Before?.Digest != digest =>
            [ToChange(happened, TagChangeKind.Set, tag, digest)],
        { Action: EventAction.Delete, Tag: { } tag, Before: { } before } => [ToChange(happened, TagChangeKind.Deleted, tag, before.Digest)],
        { Action: EventAction.Delete, Digest: { } digest } =>
            happened.RemovedTags.Select(tag => ToChange(happened, TagChangeKind.Deleted, tag, digest)),
        _ => [],
    };

    private static TagChange ToChange(RegistryEvent happened, TagChangeKind kind, Tag tag, Digest digest) => new()
    {
        Repository = happened.Repository.ToString(),
        Tag = tag.ToString(),
        Kind = kind,
        Digest = digest.ToString(),
        Time = happened.Timestamp,
        Actor = happened.Actor.Name,
        Before = happened.Before is { } before ? (before.Digest.ToString(), before.PushedAt) : null,
    };

    private static string? Cut(string? agent) => agent is { Length: > LongestAgent } ? agent[..LongestAgent] : agent;

    private void AddPull(RegistryEvent pull)
    {
        var repository = pull.Repository.ToString();
        var reference = (repository, pull.Tag?.ToString() ?? pull.Digest!.Value.ToString());
        var counted = _pulls.GetValueOrDefault(reference);
        _pulls[reference] = (counted.Count + 1, pull.Timestamp > counted.Last ? pull.Timestamp : counted.Last);
        var day = (repository, DateOnly.FromDateTime(pull.Timestamp.UtcDateTime));
        _pullDays[day] = _pullDays.GetValueOrDefault(day) + 1;

        var address = pull.Actor.Address.AsSpan();
        var colon = address.LastIndexOf(':');
        var key = new PullKey(
            repository, pull.Tag, pull.Digest, pull.Actor.Name, pull.Actor.Identity.TokenName, colon < 0 ? null : address[..colon].ToString(), Cut(pull.Actor.UserAgent));
        if (_open.TryGetValue(key, out var row) && pull.Timestamp - row.Entry.Time < Together)
        {
            if (row.Id == 0)
            {
                row.Count++;
            }
            else
            {
                _more[row.Id] = _more.GetValueOrDefault(row.Id) + 1;
            }
        }
        else if (_pullRows == MaxPullRows)
        {
            Unlisted++;
        }
        else
        {
            _pullRows++;
            row = new Row(ToEntry(pull));
            _rows.Add(row);
            Open(key, row, pull.Timestamp);
        }
    }

    private void Open(PullKey key, Row row, DateTimeOffset now)
    {
        if (_open.Count >= MaxOpen)
        {
            foreach (var (old, _) in _open.Where(open => now - open.Value.Entry.Time >= Together).ToList())
            {
                _open.Remove(old);
            }

            if (_open.Count >= MaxOpen)
            {
                _open.Clear();
            }
        }

        _open[key] = row;
    }

    private void Forget(RegistryEvent deleted)
    {
        var repository = deleted.Repository.ToString();
        if (deleted.MediaType is MediaTypes.OctetStream)
        {
            return;
        }

        IEnumerable<string> gone = deleted.Digest is { } digest
            ? [digest.ToString(), .. deleted.RemovedTags.Select(tag => tag.ToString())]
            : [deleted.Tag!.Value.ToString()];
        foreach (var reference in gone)
        {
            _deleted.Add((repository, reference));
            _pulls.Remove((repository, reference));
        }
    }

    private readonly record struct PullKey(
        string Repository, Tag? Tag, Digest? Digest, string? Actor, string? Token, string? Address, string? UserAgent);

    private sealed class Row(ActivityEntry entry)
    {
        public ActivityEntry Entry { get; } = entry;

        /// <summary>Zero until it is written.</summary>
        public long Id { get; set; }

        public int Count { get; set; } = entry.Count;
    }
}
