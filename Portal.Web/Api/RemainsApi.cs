using Portal.Registry.Catalog;
using Portal.Registry.Tagging;
using Portal.Storage.Metadata;

namespace Portal.Web.Api;

/// <summary>What a repository holds beside its tags: manifests without one, and tags that were deleted.</summary>
internal sealed class RemainsApi(RepositoryCatalog catalog, RepositoryContents contents, TagHistory history) : ApiResource
{
    public override string Name => "Untagged manifests and deleted tags";

    public override IEnumerable<ApiOperation> Operations =>
    [
        ApiOperation.List("listUntagged", "repositories/{name}/-/untagged", "Manifests without a tag, newest first", ApiJson.Default.ApiListApiUntagged, ListUntaggedAsync),
        ApiOperation.List("listDeletedTags", "repositories/{name}/-/deleted-tags", "Tags that were deleted and are not back, newest first", ApiJson.Default.ApiListApiDeletedTag, ListDeletedAsync) with
        {
            Note = "restoreTag puts one back to its digest, as long as the repository has the manifest.",
        },
    ];

    private async Task<ApiList<ApiUntagged>?> ListUntaggedAsync(ApiRequest request) => await IsThereAsync(request)
        ? request.Page(await contents.FindUntaggedAsync(request.Who, request.Name, request.Skip, request.Limit, request.Aborted), ToAnswer)
        : null;

    private async Task<ApiList<ApiDeletedTag>?> ListDeletedAsync(ApiRequest request) => await IsThereAsync(request)
        ? request.Page(await history.FindDeletedAsync(request.Who, request.Name, request.Skip, request.Limit, request.Aborted), ToAnswer)
        : null;

    private async Task<bool> IsThereAsync(ApiRequest request) => await catalog.FindRepositoryAsync(request.Who, request.Name, request.Aborted) is not null;

    private static ApiUntagged ToAnswer(UntaggedRow row) => new()
    {
        Digest = row.Digest.ToString(),
        MediaType = row.MediaType,
        Kind = row.Kind,
        ArtifactType = row.ArtifactType,
        Size = row.Size,
        Platforms = row.Platforms,
        PushedAt = row.PushedAt,
        Parents = [.. row.Parents.Select(parent => parent.ToString())],
        Subject = row.Subject?.ToString(),
        HasSubject = row.HasSubject,
    };

    private static ApiDeletedTag ToAnswer(TagHistoryEntry entry) => new()
    {
        Name = entry.Tag.ToString(),
        Digest = entry.Digest.ToString(),
        Time = entry.Time,
        Actor = entry.Actor,
        HasManifest = entry.HasManifest,
    };
}

/// <summary>A manifest that no tag points to.</summary>
internal sealed record ApiUntagged
{
    /// <summary>Its digest.</summary>
    public required string Digest { get; init; }

    /// <summary>Empty when it cannot be read.</summary>
    public required string MediaType { get; init; }

    /// <summary>What it is to a person.</summary>
    public required ManifestKind Kind { get; init; }

    /// <summary>Null when it says none.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>Bytes of config and layers; for an index those of all its manifests, shared content once.</summary>
    public required long Size { get; init; }

    /// <summary>As linux/amd64; none for artifacts.</summary>
    public required IReadOnlyList<string> Platforms { get; init; }

    /// <summary>When the repository got it.</summary>
    public required DateTimeOffset PushedAt { get; init; }

    /// <summary>Digests of indexes of the repository that list it.</summary>
    public required IReadOnlyList<string> Parents { get; init; }

    /// <summary>What it says something about; null when it stands for itself.</summary>
    public string? Subject { get; init; }

    /// <summary>Whether the repository has the subject.</summary>
    public required bool HasSubject { get; init; }
}

/// <summary>A tag that was deleted.</summary>
internal sealed record ApiDeletedTag
{
    /// <summary>The tag.</summary>
    public required string Name { get; init; }

    /// <summary>What it pointed to.</summary>
    public required string Digest { get; init; }

    /// <summary>When it was deleted.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Who did it; null for nobody with a name, or when it is not known.</summary>
    public string? Actor { get; init; }

    /// <summary>Whether the repository still has the manifest, so that the tag can be put back to it.</summary>
    public required bool HasManifest { get; init; }
}
