using Portal.Storage.Maintenance;
using Portal.Storage.Reasons;

namespace Portal.Registry.Maintenance;

/// <summary>How far a collection is.</summary>
public enum GarbagePhase
{
    /// <summary>It goes through the repositories, and removes what none of their manifests refers to.</summary>
    Reading,

    /// <summary>It looks which blobs nothing links any more.</summary>
    Finding,

    /// <summary>It removes them.</summary>
    Freeing,

    /// <summary>It came to its end.</summary>
    Done,

    /// <summary>It was told to stop. What it had removed is removed.</summary>
    Cancelled,

    /// <summary>It could not go on. What it had removed is removed.</summary>
    Failed,
}

/// <summary>A repository that a collection leaves as it is, whole.</summary>
/// <param name="Reason">What could not be understood.</param>
public sealed record LeftRepository(string Name, Reason Reason);

/// <summary>A collection of garbage, as of one instant. Of a dry run, what is counted as removed would be.</summary>
public sealed record GarbageRun
{
    /// <summary>Repositories of <see cref="Left"/> that are told by name.</summary>
    public const int MostLeft = 100;

    public required GarbagePhase Phase { get; init; }

    /// <summary>It removes nothing.</summary>
    public required bool IsDryRun { get; init; }

    /// <summary>Manifests without a tag go as well.</summary>
    public required bool RemovesUntagged { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Null for nobody with a name.</summary>
    public string? StartedBy { get; init; }

    /// <summary>Null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Repositories that it is done with.</summary>
    public int Repositories { get; init; }

    /// <summary>Repositories in all, as counted at the beginning.</summary>
    public int RepositoriesInAll { get; init; }

    /// <summary>Manifests removed.</summary>
    public int Manifests { get; init; }

    /// <summary>Blobs taken from a repository none of whose manifests refers to them.</summary>
    public int Links { get; init; }

    /// <summary>Blobs that nothing refers to, manifests among them.</summary>
    public int BlobsFound { get; init; }

    /// <summary>Their size.</summary>
    public long BytesFound { get; init; }

    /// <summary>Blobs removed.</summary>
    public int Blobs { get; init; }

    /// <summary>What that freed.</summary>
    public long Bytes { get; init; }

    /// <summary>Repositories that were left as they are, the first <see cref="MostLeft"/>.</summary>
    public IReadOnlyList<LeftRepository> Left { get; init; } = [];

    /// <summary>How many were left in all.</summary>
    public int LeftInAll { get; init; }

    /// <summary>Why it failed.</summary>
    public Reason? Problem { get; init; }

    public bool IsRunning => EndedAt is null;

    /// <summary>As of one step later.</summary>
    internal GarbageRun After(GarbageStep step) => step.Kind switch
    {
        GarbageStepKind.Repository => this with { Repositories = Math.Min(Repositories + 1, Math.Max(0, RepositoriesInAll - 1)) },
        GarbageStepKind.Left => this with
        {
            LeftInAll = LeftInAll + 1,
            Left = Left.Count < MostLeft ? [.. Left, new LeftRepository(step.Repository, step.Reason!)] : Left,
        },
        GarbageStepKind.ManifestRemoved => this with { Manifests = Manifests + 1 },
        GarbageStepKind.LinkRemoved => this with { Links = Links + 1 },
        GarbageStepKind.Marked => this with { Phase = GarbagePhase.Finding, Repositories = RepositoriesInAll },
        GarbageStepKind.BlobFound => this with { BlobsFound = BlobsFound + 1, BytesFound = BytesFound + step.Bytes },
        GarbageStepKind.Sweep => this with { Phase = GarbagePhase.Freeing },
        GarbageStepKind.BlobRemoved => this with { Blobs = Blobs + 1, Bytes = Bytes + step.Bytes },
        _ => this,
    };
}
