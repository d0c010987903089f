using Portal.Storage.Metadata;
using Portal.Storage.Reasons;

namespace Portal.Storage.History;

/// <summary>One thing that happened, or pulls of the same thing by the same client within a short time.</summary>
public sealed record ActivityEntry
{
    public long Id { get; init; }

    /// <summary>When it happened; of several pulls the first.</summary>
    public required DateTimeOffset Time { get; init; }

    public required ActivityKind Kind { get; init; }

    /// <summary>Null for what concerns no single repository.</summary>
    public string? Repository { get; init; }

    public string? Tag { get; init; }

    public string? Digest { get; init; }

    public string? MediaType { get; init; }

    /// <summary>Bytes; null when it is not known.</summary>
    public long? Size { get; init; }

    /// <summary>Where a mounted blob came from.</summary>
    public string? FromRepository { get; init; }

    /// <summary>Who did it; null for nobody with a name.</summary>
    public string? Actor { get; init; }

    /// <summary>Where from, without the port.</summary>
    public string? Address { get; init; }

    public string? UserAgent { get; init; }

    /// <summary>How many there were: more than one for pulls alone.</summary>
    public int Count { get; init; } = 1;

    /// <summary>What else there is to tell; never a secret.</summary>
    public Reason? Detail { get; init; }
}

/// <summary>Which rows of the activity are wanted, newest first.</summary>
public sealed record ActivityQuery
{
    /// <summary>Part of repository, tag, digest or actor; null for any.</summary>
    public string? Search { get; init; }

    /// <summary>Null for any.</summary>
    public ActivityKind? Kind { get; init; }

    /// <summary>Exactly this repository; null for any.</summary>
    public string? Repository { get; init; }

    /// <summary>Exactly this user; null for any.</summary>
    public string? Actor { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? Until { get; init; }

    public int Skip { get; init; }

    /// <summary>Rows wanted, 1 to 1,000.</summary>
    public int Take { get; init; } = 50;
}

/// <summary>What somebody may see of the activity.</summary>
/// <param name="Repositories">Rows of these repositories.</param>
/// <param name="Everything">Rows that concern no repository, too; and a search looks at addresses, clients and details.</param>
public sealed record ActivityScope(RepositoryFilter Repositories, bool Everything);

/// <summary>Pulls of something by a name.</summary>
/// <param name="Reference">The tag or the digest that was asked for.</param>
/// <param name="Count">How many since the row began.</param>
public sealed record PullCount(string Repository, string Reference, long Count, DateTimeOffset LastPulled);

/// <summary>What is written down at once. The parts count in the order in which they stand here.</summary>
public sealed record ActivityBatch
{
    /// <summary>New rows, oldest first.</summary>
    public IReadOnlyList<ActivityEntry> Rows { get; init; } = [];

    /// <summary>By how much the counts of rows rise that are there already, by their ids.</summary>
    public IReadOnlyDictionary<long, int> More { get; init; } = new Dictionary<long, int>();

    /// <summary>Tags and digests that were deleted: their pulls count no more.</summary>
    public IReadOnlyCollection<(string Repository, string Reference)> Deleted { get; init; } = [];

    /// <summary>What became of tags, oldest first.</summary>
    public IReadOnlyList<TagChange> TagChanges { get; init; } = [];

    /// <summary>Pulls to add to those counted before.</summary>
    public IReadOnlyCollection<PullCount> Pulls { get; init; } = [];

    /// <summary>The same pulls by repository and day, with those of what was deleted meanwhile.</summary>
    public IReadOnlyCollection<PullDay> PullDays { get; init; } = [];
}
