using Portal.Registry.Auth;
using Portal.Registry.Catalog;
using Portal.Storage.Metadata;

namespace Portal.Web.Api;

/// <summary>The catalog as a tree of namespaces, and what there is to filter it by.</summary>
internal sealed class CatalogApi(RepositoryCatalog catalog, Permissions permissions) : ApiResource
{
    public override string Name => "Namespaces";

    public override IEnumerable<ApiOperation> Operations =>
    [
        ApiOperation.Get("listNamespaces", "namespaces", "One level of the tree: namespaces and then repositories", ApiJson.Default.ApiCatalogLevel, ListAsync) with
        {
            Note = "Sums are of what the one who asks may pull, and of what passes the filters.",
            Query = [.. RepositoryFilters.All, ApiParameter.Limit, ApiParameter.Next],
        },
        ApiOperation.Get("getFacets", "facets", "The platforms and kinds that repositories can be filtered by", ApiJson.Default.ApiFacets, GetFacetsAsync),
    ];

    private async Task<ApiCatalogLevel?> ListAsync(ApiRequest request)
    {
        var level = await catalog.FindLevelAsync(request.Who, RepositoryFilters.Read(request), request.Aborted);

        // Namespaces come first, so that both together are a part of one list.
        var rows = new RowPage<object>([.. level.Namespaces, .. level.Repositories], level.Total);
        var part = request.Page(rows, row => row);
        return new ApiCatalogLevel
        {
            Namespaces = [.. level.Namespaces.Select(ToAnswer)],
            Repositories = [.. level.Repositories.Select(row => RepositoriesApi.ToAnswer(permissions.On(request.Who, row.Name), row))],
            Total = part.Total,
            Next = part.Next,
        };
    }

    private async Task<ApiFacets?> GetFacetsAsync(ApiRequest request)
    {
        var facets = await catalog.FindFacetsAsync(request.Who, request.Aborted);
        return new ApiFacets { Platforms = facets.Platforms, Kinds = facets.Kinds };
    }

    private static ApiNamespace ToAnswer(NamespaceRow row) => new()
    {
        Path = row.Path,
        RepositoryCount = row.RepositoryCount,
        TagCount = row.TagCount,
        Size = row.Size,
        LastPush = row.LastPush,
        LastPull = row.LastPull,
    };
}

/// <summary>A part of one level of the catalog.</summary>
internal sealed record ApiCatalogLevel
{
    /// <summary>They come before the repositories.</summary>
    public required IReadOnlyList<ApiNamespace> Namespaces { get; init; }

    /// <summary>Right at this level.</summary>
    public required IReadOnlyList<ApiRepository> Repositories { get; init; }

    /// <summary>How many there are of both at this level.</summary>
    public required long Total { get; init; }

    /// <summary>The value of the parameter next that asks for what follows; null at the end.</summary>
    public string? Next { get; init; }
}

/// <summary>A namespace: sums of the repositories below it.</summary>
internal sealed record ApiNamespace
{
    /// <summary>The whole of it, with the slash behind it.</summary>
    public required string Path { get; init; }

    /// <summary>How many repositories there are, in all depths.</summary>
    public required int RepositoryCount { get; init; }

    /// <summary>How many tags they have.</summary>
    public required long TagCount { get; init; }

    /// <summary>Their sizes added up: what several share counts for each.</summary>
    public required long Size { get; init; }

    /// <summary>Null for never.</summary>
    public DateTimeOffset? LastPush { get; init; }

    /// <summary>Null for never.</summary>
    public DateTimeOffset? LastPull { get; init; }
}

/// <summary>What there is to filter repositories by.</summary>
internal sealed record ApiFacets
{
    /// <summary>As linux/amd64.</summary>
    public required IReadOnlyList<string> Platforms { get; init; }

    /// <summary>What they hold.</summary>
    public required IReadOnlyList<ArtifactKind> Kinds { get; init; }
}
