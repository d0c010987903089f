using Portal.Registry.Protocol;
using Portal.Storage.Oci;

namespace Portal.Registry.Auth;

/// <summary>What a request needs to be allowed.</summary>
/// <param name="Kind">Of which kind.</param>
/// <param name="Repository">For <see cref="AccessKind.Repository"/>, which.</param>
/// <param name="Actions">For <see cref="AccessKind.Repository"/>, all of these.</param>
public readonly record struct Access(AccessKind Kind, RepositoryName Repository = default, RepositoryActions Actions = RepositoryActions.None)
{
    /// <summary>As a token's scope; null when being signed in is all that is asked for.</summary>
    public string? Scope => Kind switch
    {
        AccessKind.Catalog => "registry:catalog:*",
        AccessKind.Repository => $"repository:{Repository}:{RepositoryActionNames.Format(Actions)}",
        _ => null,
    };

    /// <summary>What a route needs.</summary>
    /// <param name="method">The HTTP method; one that the route does not take counts as reading.</param>
    public static Access Of(RegistryRoute route, string method) => (route.Kind, method) switch
    {
        (RouteKind.V1Ping, _) => new Access(AccessKind.Open),
        (RouteKind.Base, _) => new Access(AccessKind.SignedIn),
        (RouteKind.Catalog or RouteKind.V1Search, _) => new Access(AccessKind.Catalog),
        (RouteKind.Uploads or RouteKind.Upload, _) or (RouteKind.Manifest, "PUT")
            => new Access(AccessKind.Repository, route.Name, RepositoryActions.Pull | RepositoryActions.Push),
        (_, "DELETE") => new Access(AccessKind.Repository, route.Name, RepositoryActions.Delete),
        _ => new Access(AccessKind.Repository, route.Name, RepositoryActions.Pull),
    };
}

public enum AccessKind
{
    /// <summary>Nothing: it is for everybody.</summary>
    Open,

    /// <summary>To be somebody.</summary>
    SignedIn,

    /// <summary>To see the list of repositories, which shows each what that one may see.</summary>
    Catalog,

    /// <summary>To do something with a repository.</summary>
    Repository,
}
