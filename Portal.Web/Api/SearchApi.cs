using Portal.Registry.Catalog;
using Portal.Storage.Metadata;

namespace Portal.Web.Api;

/// <summary>Finds repositories, tags, digests, labels and annotations.</summary>
internal sealed class SearchApi(RepositoryCatalog catalog) : ApiResource
{
    private const int Most = 50;

    public override string Name => "Search";

    public override IEnumerable<ApiOperation> Operations =>
    [
        ApiOperation.Get("search", "search", "What holds a text, by kinds", ApiJson.Default.ApiSearch, SearchAsync) with
        {
            Note = $"Of each kind at most {Most} come.",
            Query = [new ApiParameter("q", "A part of a repository, tag, label or annotation, or the beginning of a digest, whatever its case", "app") { IsRequired = true }],
        },
    ];

    private async Task<ApiSearch?> SearchAsync(ApiRequest request)
    {
        var text = SearchText.Parse(request.Text("q")) ?? throw new ApiException("the parameter q is missing: say what is looked for");
        var repositories = await catalog.SearchRepositoriesAsync(request.Who, text, 0, Most, request.Aborted);
        var tags = await catalog.SearchTagsAsync(request.Who, text, 0, Most, request.Aborted);
        var digests = await catalog.SearchDigestsAsync(request.Who, text, 0, Most, request.Aborted);
        var labels = await catalog.SearchLabelsAsync(request.Who, text, 0, Most, request.Aborted);
        return new ApiSearch
        {
            Repositories = [.. repositories.Items.Select(row => row.Name.ToString())],
            Tags = [.. tags.Items.Select(hit => new ApiTagHit { Repository = hit.Repository.ToString(), Tag = hit.Tag.ToString(), Digest = hit.Digest.ToString(), PushedAt = hit.PushedAt })],
            Manifests = [.. digests.Items.Select(hit => new ApiManifestHit { Repository = hit.Repository.ToString(), Digest = hit.Digest.ToString(), Kind = hit.Kind, PushedAt = hit.PushedAt })],
            Labels = [.. labels.Items.Select(hit => new ApiManifestHit { Repository = hit.Repository.ToString(), Digest = hit.Digest.ToString(), Kind = hit.Kind, PushedAt = hit.PushedAt, Label = hit.Line })],
            HasMore = repositories.HasMore || tags.HasMore || digests.HasMore || labels.HasMore,
        };
    }
}

/// <summary>What a search found.</summary>
internal sealed record ApiSearch
{
    /// <summary>Repositories by their names.</summary>
    public required IReadOnlyList<string> Repositories { get; init; }

    /// <summary>Tags by their names.</summary>
    public required IReadOnlyList<ApiTagHit> Tags { get; init; }

    /// <summary>Manifests by their digests.</summary>
    public required IReadOnlyList<ApiManifestHit> Manifests { get; init; }

    /// <summary>Manifests by a label or an annotation.</summary>
    public required IReadOnlyList<ApiManifestHit> Labels { get; init; }

    /// <summary>Whether there is more of some kind, or may be.</summary>
    public required bool HasMore { get; init; }
}

/// <summary>A tag that was found.</summary>
internal sealed record ApiTagHit
{
    /// <summary>Its repository.</summary>
    public required string Repository { get; init; }

    /// <summary>The tag.</summary>
    public required string Tag { get; init; }

    /// <summary>Of the manifest that it points to.</summary>
    public required string Digest { get; init; }

    /// <summary>When the tag was put last.</summary>
    public required DateTimeOffset PushedAt { get; init; }
}

/// <summary>A manifest that was found.</summary>
internal sealed record ApiManifestHit
{
    /// <summary>Its repository.</summary>
    public required string Repository { get; init; }

    /// <summary>Its digest.</summary>
    public required string Digest { get; init; }

    /// <summary>What it is to a person.</summary>
    public required ArtifactKind Kind { get; init; }

    /// <summary>When the repository got it.</summary>
    public required DateTimeOffset PushedAt { get; init; }

    /// <summary>The label or annotation, as key=value; null when it was found by its digest.</summary>
    public string? Label { get; init; }
}
