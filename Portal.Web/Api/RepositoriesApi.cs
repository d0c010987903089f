using Portal.Registry.Activity;
using Portal.Registry.Auth;
using Portal.Registry.Catalog;
using Portal.Registry.Deletion;
using Portal.Storage.History;
using Portal.Storage.Metadata;

namespace Portal.Web.Api;

/// <summary>Repositories that the one who asks may pull from.</summary>
internal sealed class RepositoriesApi(RepositoryCatalog catalog, ActivityHistory history, RepositoryDeletion deletion, DeletionMemory recent, Permissions permissions) : ApiResource
{
    private const int UsualDays = 30;

    public override string Name => "Repositories";

    public override IEnumerable<ApiOperation> Operations =>
    [
        ApiOperation.List(
            "listRepositories",
            "repositories",
            "Repositories, by name or as they are sorted and searched",
            ApiJson.Default.ApiListApiRepository,
            ListAsync,
            [.. RepositoryFilters.All]),
        ApiOperation.Get("getRepository", "repositories/{name}", "A repository", ApiJson.Default.ApiRepository, GetAsync),
        ApiOperation.Change(
            "deleteRepository", HttpMethods.Delete, "repositories/{name}", "Deletes a repository: every tag, every manifest, its description", ApiJson.Default.ApiDeleted, DeleteAsync) with
        {
            Note = "One after the other, with the events of each. A client that leaves stops it; what is deleted by then is. Where nothing but a description is left, that goes. undoDeletion brings it back for a while. The space is freed by a garbage collection.",
        },
        ApiOperation.Get("getPulls", "repositories/{name}/-/pulls", "How often a repository was pulled from, day by day", ApiJson.Default.ApiPulls, GetPullsAsync) with
        {
            Note = $"A day is one of UTC. {PullDays.Kept} days are kept; a pull is counted a second after it came.",
            Query =
            [
                new ApiParameter("days", $"How many days, today the last of them, 1 to {PullDays.Kept}", "7") { Type = "integer", Default = $"{UsualDays}" },
            ],
        },
    ];

    private async Task<ApiList<ApiRepository>?> ListAsync(ApiRequest request)
    {
        var found = await catalog.FindAsync(request.Who, RepositoryFilters.Read(request), request.Aborted);
        return request.Page(found, row => ToAnswer(permissions.On(request.Who, row.Name), row));
    }

    private async Task<ApiRepository?> GetAsync(ApiRequest request) =>
        await catalog.FindRepositoryAsync(request.Who, request.Name, request.Aborted) is { } row ? ToAnswer(permissions.On(request.Who, row.Name), row) : null;

    private async Task<ApiDeleted?> DeleteAsync(ApiRequest request)
    {
        var deleted = new DeletedContent(request.Name);
        long? id = null;
        DeletionProgress done;
        try
        {
            done = await deletion.DeleteAsync(request.Name, request.Actor, progress: null, deleted, request.Aborted);
        }
        finally
        {
            // What went before a failure, or before its client left, can come back, too.
            id = recent.Add(deleted, request.Who.Name);
        }

        return done == default && !deleted.IsDescriptionAlone ? null : new ApiDeleted { Tags = done.Tags, Manifests = done.Manifests, DeletionId = id };
    }

    private async Task<ApiPulls?> GetPullsAsync(ApiRequest request)
    {
        var wanted = request.Number("days", UsualDays, PullDays.Kept);
        if (await catalog.FindRepositoryAsync(request.Who, request.Name, request.Aborted) is null)
        {
            return null;
        }

        var days = await history.PullsByDayAsync(request.Who, request.Name, wanted, request.Aborted);
        return new ApiPulls { Days = [.. days.Select(pulls => new ApiPullDay { Day = pulls.Day, Count = pulls.Count })] };
    }

    /// <summary>One by one.</summary>
    internal static IReadOnlyList<RepositoryActions> Names(RepositoryActions actions) =>
        [.. new[] { RepositoryActions.Pull, RepositoryActions.Push, RepositoryActions.Delete }.Where(action => actions.HasFlag(action))];

    internal static ApiRepository ToAnswer(RepositoryActions actions, RepositoryRow row) => new()
    {
        Name = row.Name.ToString(),
        TagCount = row.TagCount,
        ManifestCount = row.ManifestCount,
        Size = row.Size,
        LastPush = row.LastPush,
        LastPull = row.LastPull,
        UnsignedCount = row.UnsignedCount,
        UntaggedCount = row.UntaggedCount,
        Actions = Names(actions),
    };
}

/// <summary>A repository.</summary>
internal sealed record ApiRepository
{
    /// <summary>Its name, slashes and all.</summary>
    public required string Name { get; init; }

    /// <summary>How many tags it has.</summary>
    public required int TagCount { get; init; }

    /// <summary>How many manifests it has, those without a tag too.</summary>
    public required int ManifestCount { get; init; }

    /// <summary>Bytes of all configs and layers, shared ones counted once, layers that lie elsewhere not at all.</summary>
    public required long Size { get; init; }

    /// <summary>When a manifest or tag was last put; null when only blobs came.</summary>
    public DateTimeOffset? LastPush { get; init; }

    /// <summary>When one of its tags or manifests was last pulled, to the minute; null for never.</summary>
    public DateTimeOffset? LastPull { get; init; }

    /// <summary>Tags of something that one signs, whose manifest nobody signed.</summary>
    public required int UnsignedCount { get; init; }

    /// <summary>Manifests that nothing leads to: no tag, no index, nothing that they are about.</summary>
    public required int UntaggedCount { get; init; }

    /// <summary>What the one who asks may do with it: pull, push, delete.</summary>
    public required IReadOnlyList<RepositoryActions> Actions { get; init; }
}

/// <summary>Pulls of a repository's tags and manifests, day by day.</summary>
internal sealed record ApiPulls
{
    /// <summary>Each day, the oldest first; none when it was never pulled from while that was kept.</summary>
    public required IReadOnlyList<ApiPullDay> Days { get; init; }
}

/// <summary>Pulls of one day.</summary>
internal sealed record ApiPullDay
{
    /// <summary>In UTC.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>How many there were.</summary>
    public required long Count { get; init; }
}
