using Portal.Storage.Oci;

namespace Portal.Registry.Protocol;

/// <summary>The resources of the protocol.</summary>
public enum RouteKind
{
    Base,
    Catalog,
    Tags,
    Manifest,
    Blob,
    Uploads,
    Upload,
    Referrers,
    V1Ping,
    V1Search,
}

/// <summary>
/// What a path below <c>/v2/</c> names. It is matched from its tail, since a repository's name holds slashes and may
/// itself have a component <c>blobs</c> or <c>tags</c>.
/// </summary>
/// <param name="Name">The repository; default where the resource belongs to none.</param>
/// <param name="Argument">The last component: reference, digest or upload id, not yet checked; else empty.</param>
public readonly record struct RegistryRoute(RouteKind Kind, RepositoryName Name, string Argument)
{
    /// <param name="path">The path as the client wrote it, without <c>/v2/</c> and query.</param>
    /// <returns>Null when it names nothing.</returns>
    /// <exception cref="OciException">NAME_INVALID when it is a resource of a repository whose name is malformed.</exception>
    public static RegistryRoute? Parse(ReadOnlySpan<char> path)
    {
        if (path.Contains('%'))
        {
            path = Decode(path);
        }

        if (path.IsEmpty)
        {
            return new RegistryRoute(RouteKind.Base, default, string.Empty);
        }

        if (path is "_catalog")
        {
            return new RegistryRoute(RouteKind.Catalog, default, string.Empty);
        }

        var last = TakeTail(ref path);
        var before = TakeTail(ref path);
        if (before is "uploads" && path is not "")
        {
            // A trailing slash begins an upload; anything else names one. Both stand behind ".../blobs/uploads/".
            var name = path;
            if (TakeTail(ref name) is "blobs")
            {
                return In(last.IsEmpty ? RouteKind.Uploads : RouteKind.Upload, name, last);
            }
        }

        if (last.IsEmpty)
        {
            return null;
        }

        return before switch
        {
            "blobs" when last is "uploads" => In(RouteKind.Uploads, path, default),
            "blobs" => In(RouteKind.Blob, path, last),
            "manifests" => In(RouteKind.Manifest, path, last),
            "referrers" => In(RouteKind.Referrers, path, last),
            "tags" when last is "list" => In(RouteKind.Tags, path, default),
            _ => null,
        };
    }

    /// <param name="path">The path as the client wrote it, without <c>/v1/</c> and query.</param>
    /// <returns>Null when it names nothing that is left of the first protocol.</returns>
    public static RegistryRoute? ParseV1(ReadOnlySpan<char> path) => path switch
    {
        "_ping" => new RegistryRoute(RouteKind.V1Ping, default, string.Empty),
        "search" => new RegistryRoute(RouteKind.V1Search, default, string.Empty),
        _ => null,
    };

    private static RegistryRoute In(RouteKind kind, ReadOnlySpan<char> name, ReadOnlySpan<char> argument)
    {
        return new RegistryRoute(kind, RepositoryName.Parse(name), argument.ToString());
    }

    /// <summary>Cuts the last component off a path.</summary>
    private static ReadOnlySpan<char> TakeTail(ref ReadOnlySpan<char> path)
    {
        var slash = path.LastIndexOf('/');
        var tail = path[(slash + 1)..];
        path = slash < 0 ? default : path[..slash];
        return tail;
    }

    private static string Decode(ReadOnlySpan<char> path)
    {
        // An encoded slash is no separator to one reader and one to another: such a name is nobody's.
        return path.Contains("%2F", StringComparison.OrdinalIgnoreCase)
            ? throw new OciException(
                ErrorCode.NameInvalid,
                "write the slashes of a repository's name as they are, not percent-encoded",
                ("path", path.Length <= 512 ? path.ToString() : string.Concat(path[..512], "…")))
            : Uri.UnescapeDataString(path);
    }
}
