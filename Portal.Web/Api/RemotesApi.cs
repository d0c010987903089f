using Portal.Registry.Configuration;
using Portal.Registry.Remotes;
using Portal.Storage.Oci;
using Portal.Web.Components.Images;

namespace Portal.Web.Api;

/// <summary>
/// The registries of <c>portal.registries</c>, for those who may see every repository here. What they refuse, and that they
/// do not answer, is a 503 that says so; an image there that is not read here, a 409.
/// </summary>
internal sealed class RemotesApi(RemoteRegistries registries) : ApiResource
{
    private const string Registry = "registries/{registry}";
    private const string Repository = $"{Registry}/repositories/{{remote}}";

    public override string Name => "Registries elsewhere";

    public override IEnumerable<ApiOperation> Operations =>
    [
        ApiOperation.Get("listRegistries", "registries", "Registries elsewhere", ApiJson.Default.IReadOnlyListApiRegistry, request =>
            Task.FromResult<IReadOnlyList<ApiRegistry>?>([.. registries.List(request.Who).Select(registry => ToAnswer(request, registry))])) with
        {
            Note = "All at once: they are as many as portal.registries names. They are told to who may pull every repository here.",
        },
        ApiOperation.Get("getRegistry", Registry, "A registry elsewhere, and whether it answers", ApiJson.Default.ApiRegistryState, GetAsync),
        ApiOperation.Get("listRemoteRepositories", $"{Registry}/repositories", "Repositories of a registry elsewhere, in its order", ApiJson.Default.ApiRemoteNames, ListRepositoriesAsync) with
        {
            Note = $"A search looks through the first {RemoteRegistry.MostNames:N0} names, and has no next part.",
            Query = [ApiParameter.Search, ApiParameter.Limit, ApiParameter.Next],
        },
        ApiOperation.Get("listRemoteTags", $"{Repository}/-/tags", "Tags of a repository elsewhere", ApiJson.Default.ApiRemoteNames, ListTagsAsync) with
        {
            Query = [ApiParameter.Limit, ApiParameter.Next],
        },
        ApiOperation.Get("getRemoteTag", $"{Repository}/-/tags/{{tag}}", "What a tag elsewhere points to: config, layers, history", ApiJson.Default.ApiImage, request => InspectAsync(request, request.Tag)),
        ApiOperation.Get("getRemoteManifest", $"{Repository}/-/manifests/{{digest}}", "The same by its digest", ApiJson.Default.ApiImage, request => InspectAsync(request, request.Digest)),
        ApiOperation.Get("listTagsOfRemoteManifest", $"{Repository}/-/manifests/{{digest}}/tags", "Tags elsewhere that point to a manifest, which go when it is deleted", ApiJson.Default.ApiRemoteNames, ListTagsOfAsync) with
        {
            Note = $"Each tag is asked for, the first {RemoteRegistry.MostTags:N0}: it takes its time. hasMore says that there are others.",
            IsForAdministrators = true,
        },
        ApiOperation.Do("deleteRemoteManifest", HttpMethods.Delete, $"{Repository}/-/manifests/{{digest}}", "Deletes a manifest elsewhere and every tag that points to it", DeleteAsync) with
        {
            Note = "Unless portal.registries says readonly, and as far as the registry deletes anything.",
            IsForAdministrators = true,
        },
    ];

    private async Task<ApiRegistryState?> GetAsync(ApiRequest request)
    {
        if (Find(request) is not { } registry)
        {
            return null;
        }

        string? problem = null;
        try
        {
            await registry.PingAsync(request.Aborted);
        }
        catch (OciException exception)
        {
            problem = exception.Message;
        }

        return new ApiRegistryState { Registry = ToAnswer(request, registry.Configuration), Problem = problem };
    }

    private async Task<ApiRemoteNames?> ListRepositoriesAsync(ApiRequest request)
    {
        if (Find(request) is not { } registry)
        {
            return null;
        }

        if (request.Text("q")?.Trim() is { Length: > 0 } search)
        {
            if (request.After is not null)
            {
                throw new ApiException("the parameters q and next are both given: a search has no next part");
            }

            var (found, isCut) = await registry.SearchAsync(search, request.Limit, request.Aborted);
            return new ApiRemoteNames { Items = [.. found.Select(name => name.ToString())], HasMore = isCut };
        }

        return Page(request, await registry.ListRepositoriesAsync(request.After, request.Limit, request.Aborted));
    }

    private async Task<ApiRemoteNames?> ListTagsAsync(ApiRequest request) =>
        Find(request) is { } registry && await registry.ListTagsAsync(request.Remote, request.After, request.Limit, request.Aborted) is { } page ? Page(request, page) : null;

    private async Task<ApiRemoteNames?> ListTagsOfAsync(ApiRequest request) =>
        Find(request) is { } registry
            && await registries.ListTagsOfAsync(request.Who, registry, request.Remote, request.Digest, progress: null, request.Aborted) is var (found, isCut)
            ? new ApiRemoteNames { Items = [.. found.Select(tag => tag.ToString())], HasMore = isCut }
            : null;

    private async Task<ApiImage?> InspectAsync(ApiRequest request, Reference reference)
    {
        try
        {
            return Find(request) is { } registry && await new RemoteInspector(registry).InspectAsync(request.Remote, reference, request.Aborted) is { } image
                ? ApiImage.Of(image, [], pulls: null, PullCommand.For(image, registry.Configuration.Url!.Authority, reference.IsDigest ? null : reference.Tag))
                : null;
        }
        catch (OciException exception) when (exception.Reason?.Kind is RemoteRefusal.FirstFormat or RemoteRefusal.NoManifest)
        {
            // Asking once more does not help.
            throw new ApiException(StatusCodes.Status409Conflict, "CONFLICT", exception.Message);
        }
    }

    private async Task<bool> DeleteAsync(ApiRequest request)
    {
        if (Find(request) is not { } registry)
        {
            return false;
        }

        await registries.DeleteAsync(request.Who, request.Address, registry, request.Remote, request.Digest, request.Aborted);
        return true;
    }

    private RemoteRegistry? Find(ApiRequest request) => registries.Find(request.Who, request.InPath("registry"));

    private ApiRegistry ToAnswer(ApiRequest request, RemoteRegistryConfiguration registry) => new()
    {
        Name = registry.Name,
        Url = registry.Url!.ToString(),
        WhyNothingIsDeleted = registries.WhyNothingIsDeleted(request.Who, registry)?.ToString(),
    };

    private static ApiRemoteNames Page<T>(ApiRequest request, RemotePage<T> page)
        where T : notnull => new()
        {
            Items = [.. page.Items.Select(item => item.ToString()!)],
            Next = request.GoOn(page.Next is { } next ? ApiCursor.Write(next) : null),
            HasMore = page.Next is not null,
        };
}

/// <summary>A registry elsewhere.</summary>
internal sealed record ApiRegistry
{
    /// <summary>As the configuration names it.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is, without /v2/.</summary>
    public required string Url { get; init; }

    /// <summary>Why the one who asks can delete nothing there; null when it can be tried.</summary>
    public string? WhyNothingIsDeleted { get; init; }
}

/// <summary>How it stands with a registry elsewhere.</summary>
internal sealed record ApiRegistryState
{
    /// <summary>As lists tell it.</summary>
    public required ApiRegistry Registry { get; init; }

    /// <summary>Why it does not answer as a registry; null when it does.</summary>
    public string? Problem { get; init; }
}

/// <summary>Names that a registry elsewhere lists.</summary>
internal sealed record ApiRemoteNames
{
    /// <summary>The names, in its order.</summary>
    public required IReadOnlyList<string> Items { get; init; }

    /// <summary>The value of the parameter next that asks for what follows; null at the end, for what has no next part, and where the registry names no place to go on.</summary>
    public string? Next { get; init; }

    /// <summary>Whether there is more, or may be.</summary>
    public bool HasMore { get; init; }
}
