using Portal.Registry.Deletion;
using Portal.Storage.Metadata;

namespace Portal.Web.Api;

/// <summary>Deletions of manifests and repositories that can still be taken back.</summary>
internal sealed class DeletionsApi(RecentDeletions deletions) : ApiResource
{
    private const string Path = "repositories/{name}/-/deletions";

    private static readonly string Kept =
        $"Those of deleteManifest and deleteRepository, for {DeletionMemory.Kept.TotalMinutes:0} minutes and as long as the process lives and keeps its storage, at most {DeletedContent.MaxEntries:N0} tags and manifests in all.";

    public override string Name => "Undo of deletions";

    public override IEnumerable<ApiOperation> Operations =>
    [
        ApiOperation.List("listDeletions", Path, "Deletions in a repository that can be taken back, newest first", ApiJson.Default.ApiListApiDeletion, request => Task.FromResult<ApiList<ApiDeletion>?>(List(request))) with
        {
            Note = $"{Kept} Told are own ones to those who may push, and those of others to those who may delete, too. A deleted tag is put back by restoreTag.",
        },
        ApiOperation.Change("undoDeletion", HttpMethods.Post, $"{Path}/{{id}}/undo", "Brings back what a deletion took", ApiJson.Default.ApiUndoneDeletion, UndoAsync) with
        {
            Note = "Needs the right to push, and for what somebody else deleted the right to delete, too. It makes the events of a push. A tag that somebody pushed meanwhile stays as it is; what a garbage collection removed does not come back.",
        },
    ];

    private ApiList<ApiDeletion> List(ApiRequest request)
    {
        var found = deletions.List(request.Who, request.Name);
        return request.Page(new RowPage<RecentDeletion>([.. found.Skip(request.Skip).Take(request.Limit)], found.Count), ApiDeletion.Of);
    }

    private async Task<ApiUndoneDeletion?> UndoAsync(ApiRequest request) =>
        await deletions.UndoAsync(request.Name, request.Id, request.Actor, request.Aborted) is not { } undone ? null : new ApiUndoneDeletion
        {
            Manifests = undone.Manifests,
            Tags = undone.Tags,
            Problems = [.. undone.Problems.Select(problem => problem.ToString())],
        };
}

/// <summary>A deletion that can be taken back.</summary>
internal sealed record ApiDeletion
{
    /// <summary>Its number; newer ones are greater.</summary>
    public required long Id { get; init; }

    /// <summary>When it was done.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>When it is forgotten.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>Who did it; null for nobody with a name.</summary>
    public string? Actor { get; init; }

    /// <summary>How many manifests went.</summary>
    public required int Manifests { get; init; }

    /// <summary>How many tags went.</summary>
    public required int Tags { get; init; }

    internal static ApiDeletion Of(RecentDeletion deletion) => new()
    {
        Id = deletion.Id,
        Time = deletion.Time,
        Until = deletion.Time + DeletionMemory.Kept,
        Actor = deletion.By,
        Manifests = deletion.Content.ManifestCount,
        Tags = deletion.Content.TagCount,
    };
}

/// <summary>What was deleted.</summary>
internal sealed record ApiDeleted
{
    /// <summary>How many tags.</summary>
    public required int Tags { get; init; }

    /// <summary>How many manifests.</summary>
    public required int Manifests { get; init; }

    /// <summary>The number of the deletion, for undoDeletion; null for one that is too large to be taken back.</summary>
    public long? DeletionId { get; init; }
}

/// <summary>What came back.</summary>
internal sealed record ApiUndoneDeletion
{
    /// <summary>How many manifests.</summary>
    public required int Manifests { get; init; }

    /// <summary>How many tags.</summary>
    public required int Tags { get; init; }

    /// <summary>Why the rest did not; none when all of it is back.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}
