using Portal.Registry;
using Portal.Registry.Auth;
using Portal.Registry.Deletion;

namespace Portal.Web.Api;

/// <summary>What a deletion would take along, what stays, and what a garbage collection could free after it. Nothing is deleted.</summary>
internal sealed class DeletionPlansApi(DeletionPlanner planner, Permissions permissions, RegistryPolicy policy) : ApiResource
{
    private const string Note = "Who may not delete may look, too.";

    public override string Name => "What a deletion takes";

    public override IEnumerable<ApiOperation> Operations =>
    [
        ApiOperation.Get("planTagDeletion", "repositories/{name}/-/tags/{tag}/deletion", "What the deletion of a tag takes", ApiJson.Default.ApiDeletionPlan, PlanTagAsync) with { Note = Note },
        ApiOperation.Get("planManifestDeletion", "repositories/{name}/-/manifests/{digest}/deletion", "What the deletion of a manifest takes", ApiJson.Default.ApiDeletionPlan, PlanManifestAsync) with { Note = Note },
        ApiOperation.Get("planRepositoryDeletion", "repositories/{name}/-/deletion", "What the deletion of a repository takes", ApiJson.Default.ApiDeletionPlan, PlanRepositoryAsync) with { Note = Note },
    ];

    private async Task<ApiDeletionPlan?> PlanTagAsync(ApiRequest request) =>
        await planner.PlanTagsAsync(request.Who, request.Name, [request.Tag], request.Aborted) is { TagCount: > 0 } plan ? ToAnswer(request, plan) : null;

    private async Task<ApiDeletionPlan?> PlanManifestAsync(ApiRequest request)
    {
        var plan = await planner.PlanManifestsAsync(request.Who, request.Name, [request.Digest], request.Aborted);
        return plan is { Fate.Manifests: 0, TagCount: 0, IsCurrent: true } ? null : ToAnswer(request, plan);
    }

    private async Task<ApiDeletionPlan?> PlanRepositoryAsync(ApiRequest request) =>
        await planner.PlanRepositoryAsync(request.Who, request.Name, request.Aborted) is { } plan ? ToAnswer(request, plan) : null;

    private string? WhyNot(ApiRequest request) =>
        permissions.WhyNothingChanges(request.Who)?.ToString()
        ?? (permissions.On(request.Who, request.Name).HasFlag(RepositoryActions.Delete) ? policy.WhyNoDeletion?.ToString() : "you may not delete here: an administrator can change the permissions");

    private ApiDeletionPlan ToAnswer(ApiRequest request, DeletionPlan plan) => new()
    {
        WhyNothingIsDeleted = WhyNot(request),
        TagCount = plan.TagCount,
        Tags = [.. plan.Tags.Select(doomed => doomed.Tag.ToString())],
        RemainingTags = [.. plan.Tags.SelectMany(doomed => doomed.Remaining).Select(tag => tag.ToString()).Distinct()],
        ManifestCount = plan.Scope is DeletionScope.Tags ? 0 : plan.Fate.Manifests,
        BrokenIndexes = [.. plan.BrokenIndexes.Select(digest => digest.ToString())],
        Freed = plan.Fate.Freed,
        Shared = plan.Fate.Shared,
        SharersHere = plan.Fate.SharersHere,
        SharersElsewhere = plan.Fate.SharersElsewhere,
        IsCurrent = plan.IsCurrent,
    };
}

/// <summary>What a deletion would take along, and what it leaves.</summary>
internal sealed record ApiDeletionPlan
{
    /// <summary>Why the one who asks cannot do it, and who can change that; null when it can be done.</summary>
    public string? WhyNothingIsDeleted { get; init; }

    /// <summary>How many tags disappear.</summary>
    public required int TagCount { get; init; }

    /// <summary>Which ones; of a whole repository none is named.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Tags that the manifest keeps when only a tag goes.</summary>
    public required IReadOnlyList<string> RemainingTags { get; init; }

    /// <summary>How many manifests disappear: none with a tag alone.</summary>
    public required int ManifestCount { get; init; }

    /// <summary>Digests of indexes that stay and list what goes: nobody can pull them whole afterwards.</summary>
    public required IReadOnlyList<string> BrokenIndexes { get; init; }

    /// <summary>Bytes that a garbage collection can free afterwards; after the deletion of a tag, one that takes manifests without a tag, too.</summary>
    public required long Freed { get; init; }

    /// <summary>Bytes that others refer to as well, which stay.</summary>
    public required long Shared { get; init; }

    /// <summary>Manifests of the same repository that share some of it.</summary>
    public required int SharersHere { get; init; }

    /// <summary>Manifests of other repositories that share some of it.</summary>
    public required int SharersElsewhere { get; init; }

    /// <summary>False while the index is being built, of which the bytes are counted.</summary>
    public required bool IsCurrent { get; init; }
}
