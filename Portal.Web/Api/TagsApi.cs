using Portal.Registry;
using Portal.Registry.Activity;
using Portal.Registry.Catalog;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Web.Api;

/// <summary>Tags of a repository: listed and deleted.</summary>
internal sealed class TagsApi(RepositoryCatalog catalog, ActivityHistory history, RegistryService service) : ApiResource
{
    /// <summary>How many tags one request deletes.</summary>
    public const int MostDeleted = 1000;

    private const string Return =
        "The way back: listDeletedTags tells the digest that it had, and restoreTag puts it back to that, until the manifest is deleted or collected as garbage.";

    public override string Name => "Tags";

    public override IEnumerable<ApiOperation> Operations =>
    [
        ApiOperation.List(
            "listTags",
            "repositories/{name}/-/tags",
            "Tags of a repository with their sizes, the one that was put last first",
            ApiJson.Default.ApiListApiTag,
            ListAsync,
            ApiParameter.Search with { Description = "A part of a tag or the beginning of a digest, whatever its case", Example = "1." },
            RepositoryFilters.OfTags,
            ApiParameter.Choice<TagSort>("sort", "What the order is by", TagSort.PushedAt),
            ApiParameter.Descending with { Default = "true" }),
        ApiOperation.Do("deleteTag", HttpMethods.Delete, "repositories/{name}/-/tags/{tag}", "Deletes a tag; its manifest and other tags stay", DeleteAsync) with
        {
            Note = Return,
        },
        ApiOperation.Change(
            "deleteTags", HttpMethods.Post, "repositories/{name}/-/tags/delete", "Deletes several tags", ApiJson.Default.ApiDeletedTags, DeleteSeveralAsync) with
        {
            Note = $"One after the other, as they are given. Their manifests and other tags stay. {Return}",
            Body = ApiJson.Default.ApiTagNames,
            Example = """{"tags":["1.0","1.1"]}""",
        },
    ];

    private async Task<ApiList<ApiTag>?> ListAsync(ApiRequest request)
    {
        if (await catalog.FindRepositoryAsync(request.Who, request.Name, request.Aborted) is null)
        {
            return null;
        }

        var query = new TagQuery
        {
            Search = request.Text("q"),
            Pulled = RepositoryFilters.ReadPulled(request),
            Sort = request.Choice<TagSort>("sort") ?? TagSort.PushedAt,
            Descending = request.Flag("descending") ?? true,
            Skip = request.Skip,
            Take = request.Limit,
        };
        var found = await catalog.FindTagsAsync(request.Who, request.Name, query, request.Aborted);
        var pulls = await history.PullsOfAsync(request.Who, request.Name, [.. found.Items.Select(row => (row.Name, row.Digest))], request.Aborted);
        return request.Page(found, row => ToAnswer(row, pulls.GetValueOrDefault(row.Name)));
    }

    private async Task<bool> DeleteAsync(ApiRequest request) =>
        await service.DeleteTagAsync(request.Name, request.Tag, request.Actor, request.Aborted) is not null;

    private async Task<ApiDeletedTags?> DeleteSeveralAsync(ApiRequest request)
    {
        var wanted = await request.ReadAsync(ApiJson.Default.ApiTagNames);
        if (wanted.Tags is not { Count: > 0 and <= MostDeleted } names)
        {
            throw new ApiException($"the field tags of the body needs 1 to {MostDeleted} tags");
        }

        // All are looked at before the first one goes.
        var tags = names.Select(name => Tag.Parse(name ?? throw new ApiException("a tag in the field tags of the body is null"))).Distinct().ToList();
        var (deleted, missing) = (new List<string>(), new List<string>());
        foreach (var tag in tags)
        {
            try
            {
                (await service.DeleteTagAsync(request.Name, tag, request.Actor, request.Aborted) is not null ? deleted : missing).Add($"{tag}");
            }
            catch (OciException exception) when (deleted.Count > 0)
            {
                throw new OciException(exception.Code, $"{deleted.Count} of {tags.Count} tags are deleted; then, at \"{tag}\": {exception.Message}");
            }
        }

        return new ApiDeletedTags { Deleted = deleted, Missing = missing };
    }

    private static ApiTag ToAnswer(TagRow row, Pulls pulls) => new()
    {
        Name = row.Name.ToString(),
        Digest = row.Digest.ToString(),
        MediaType = row.MediaType,
        Kind = row.Kind,
        ArtifactKind = row.ArtifactKind,
        IsSigned = row.IsSigned,
        ArtifactType = row.ArtifactType,
        Size = row.Size,
        Platforms = row.Platforms,
        PushedAt = row.PushedAt,
        CreatedAt = row.CreatedAt,
        PullCount = pulls.Count,
        LastPull = pulls.LastPulled,
    };
}

/// <summary>A tag.</summary>
internal sealed record ApiTag
{
    /// <summary>The tag.</summary>
    public required string Name { get; init; }

    /// <summary>Of the manifest that it points to.</summary>
    public required string Digest { get; init; }

    /// <summary>The manifest's; empty when there is none behind the tag that can be read.</summary>
    public required string MediaType { get; init; }

    /// <summary>What the manifest is to a person.</summary>
    public required ManifestKind Kind { get; init; }

    /// <summary>What it holds, told finer.</summary>
    public required ArtifactKind ArtifactKind { get; init; }

    /// <summary>Whether the repository has a signature of the manifest. It is not verified.</summary>
    public required bool IsSigned { get; init; }

    /// <summary>As the manifest says; null when it does not.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>Bytes that a pull transfers at the most: config and layers; for an index of all platforms, shared layers once.</summary>
    public required long Size { get; init; }

    /// <summary>As linux/amd64; none for artifacts.</summary>
    public required IReadOnlyList<string> Platforms { get; init; }

    /// <summary>When the tag was put last.</summary>
    public required DateTimeOffset PushedAt { get; init; }

    /// <summary>When the image says it was built; null when it does not.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>How often it was pulled, by the tag's name or by its digest.</summary>
    public required long PullCount { get; init; }

    /// <summary>Null when it never was.</summary>
    public DateTimeOffset? LastPull { get; init; }
}

/// <summary>Tags of a repository.</summary>
internal sealed record ApiTagNames
{
    /// <summary>1 to 1,000 tags.</summary>
    public IReadOnlyList<string?>? Tags { get; init; }
}

/// <summary>What became of tags that were to be deleted.</summary>
internal sealed record ApiDeletedTags
{
    /// <summary>Those that are gone by this request.</summary>
    public required IReadOnlyList<string> Deleted { get; init; }

    /// <summary>Those that were not there.</summary>
    public required IReadOnlyList<string> Missing { get; init; }
}
