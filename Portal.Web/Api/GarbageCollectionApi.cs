using Portal.Registry.Maintenance;

namespace Portal.Web.Api;

/// <summary>Collections of garbage, for administrators.</summary>
internal sealed class GarbageCollectionApi(GarbageCollection garbage) : ApiResource
{
    private const string Path = "garbage-collection";

    public override string Name => "Garbage collection";

    public override IEnumerable<ApiOperation> Operations => All.Select(operation => operation with { IsForAdministrators = true });

    private IEnumerable<ApiOperation> All =>
    [
        ApiOperation.Get("getGarbageCollection", Path, "The collection that runs, or ran last", ApiJson.Default.ApiGarbageCollection, request =>
            Task.FromResult<ApiGarbageCollection?>(ToAnswer(request))),
        ApiOperation.Change("startGarbageCollection", HttpMethods.Post, Path, "Begins a collection, and does not wait for it", ApiJson.Default.ApiGarbageCollection, StartAsync) with
        {
            Note = "Pushes and pulls go on meanwhile. What was pushed within the time of portal.garbagecollection.grace stays.",
            Body = ApiJson.Default.ApiNewGarbageCollection,
            Example = """{"dryRun":true,"untagged":false}""",
            Status = StatusCodes.Status202Accepted,
        },
        ApiOperation.Do("cancelGarbageCollection", HttpMethods.Delete, Path, "Stops the collection that runs, if any", request =>
        {
            garbage.Cancel(request.Who);
            return Task.FromResult(true);
        }) with
        {
            Note = "What it has removed is removed.",
        },
    ];

    private async Task<ApiGarbageCollection?> StartAsync(ApiRequest request)
    {
        garbage.Look(request.Who);
        var wanted = await request.ReadAsync(ApiJson.Default.ApiNewGarbageCollection);
        if (!garbage.TryStart(request.Actor, wanted.DryRun, wanted.Untagged))
        {
            throw new ApiException(StatusCodes.Status409Conflict, "CONFLICT", "a garbage collection runs: wait for its end, or stop it with DELETE");
        }

        request.Locate(Path);
        return ToAnswer(request);
    }

    private ApiGarbageCollection ToAnswer(ApiRequest request)
    {
        var run = garbage.Look(request.Who);
        return new ApiGarbageCollection
        {
            IsRunning = run is { IsRunning: true },
            GraceSeconds = garbage.Grace.TotalSeconds,
            WhyNothing = garbage.WhyNotAtAll?.ToString(),
            WhyNoManifests = garbage.WhyNoManifests?.ToString(),
            Run = run is null ? null : ToAnswer(run),
        };
    }

    private static ApiGarbageRun ToAnswer(GarbageRun run) => new()
    {
        Phase = run.Phase,
        DryRun = run.IsDryRun,
        Untagged = run.RemovesUntagged,
        StartedAt = run.StartedAt,
        StartedBy = run.StartedBy,
        EndedAt = run.EndedAt,
        Repositories = run.Repositories,
        RepositoriesInAll = run.RepositoriesInAll,
        Manifests = run.Manifests,
        Links = run.Links,
        BlobsFound = run.BlobsFound,
        BytesFound = run.BytesFound,
        Blobs = run.Blobs,
        Bytes = run.Bytes,
        Left = [.. run.Left.Select(left => new ApiLeftRepository { Name = left.Name, Reason = left.Reason.ToString() })],
        LeftInAll = run.LeftInAll,
        Problem = run.Problem?.ToString(),
    };
}

/// <summary>What a collection is to do.</summary>
internal sealed record ApiNewGarbageCollection
{
    /// <summary>Remove nothing, and tell what would go.</summary>
    public required bool DryRun { get; init; }

    /// <summary>Manifests without a tag go as well, but for those that an index lists or that say something about one that stays.</summary>
    public bool Untagged { get; init; }
}

/// <summary>How it stands with garbage collection.</summary>
internal sealed record ApiGarbageCollection
{
    /// <summary>Whether one runs.</summary>
    public required bool IsRunning { get; init; }

    /// <summary>What was pushed within this time stays.</summary>
    public required double GraceSeconds { get; init; }

    /// <summary>Why nothing can be removed; null when it can.</summary>
    public string? WhyNothing { get; init; }

    /// <summary>Why manifests without a tag cannot be removed; null when they can.</summary>
    public string? WhyNoManifests { get; init; }

    /// <summary>The collection that runs, or ran last; null when none did since the start.</summary>
    public ApiGarbageRun? Run { get; init; }
}

/// <summary>A collection. Of a dry run, what is counted as removed would be.</summary>
internal sealed record ApiGarbageRun
{
    /// <summary>How far it is.</summary>
    public required GarbagePhase Phase { get; init; }

    /// <summary>It removes nothing.</summary>
    public required bool DryRun { get; init; }

    /// <summary>Manifests without a tag go as well.</summary>
    public required bool Untagged { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Null for nobody with a name.</summary>
    public string? StartedBy { get; init; }

    /// <summary>Null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Repositories that it is done with.</summary>
    public required int Repositories { get; init; }

    /// <summary>Repositories in all.</summary>
    public required int RepositoriesInAll { get; init; }

    /// <summary>Manifests removed.</summary>
    public required int Manifests { get; init; }

    /// <summary>Blobs taken from a repository none of whose manifests refers to them.</summary>
    public required int Links { get; init; }

    /// <summary>Blobs that nothing refers to, manifests among them.</summary>
    public required int BlobsFound { get; init; }

    /// <summary>Their size.</summary>
    public required long BytesFound { get; init; }

    /// <summary>Blobs removed.</summary>
    public required int Blobs { get; init; }

    /// <summary>What that freed.</summary>
    public required long Bytes { get; init; }

    /// <summary>Repositories that were left as they are, the first 100.</summary>
    public required IReadOnlyList<ApiLeftRepository> Left { get; init; }

    /// <summary>How many were left in all.</summary>
    public required int LeftInAll { get; init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public string? Problem { get; init; }
}

/// <summary>A repository that a collection left as it is.</summary>
internal sealed record ApiLeftRepository
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What could not be understood in it.</summary>
    public required string Reason { get; init; }
}
