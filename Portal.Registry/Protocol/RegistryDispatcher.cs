using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Portal.Registry.Auth;
using Portal.Registry.Observability;
using Portal.Storage.Oci;

namespace Portal.Registry.Protocol;

/// <summary>The pipeline of the registry listener: parse the path, find the endpoint, answer or write the error.</summary>
public sealed partial class RegistryDispatcher(
    RegistryLinks links,
    IReadOnlyDictionary<string, IReadOnlyList<string>> headers,
    HtpasswdAccess? access,
    CatalogEndpoint catalog,
    TagsEndpoint tags,
    ManifestEndpoint manifests,
    BlobEndpoint blobs,
    BlobUploadEndpoint uploads,
    ReferrersEndpoint referrers,
    V1SearchEndpoint search,
    RequestMetrics? metrics,
    ILogger<RegistryDispatcher> logger)
{
    // What Linux says of a write that found no room: ENOSPC and EDQUOT.
    private const int NoSpaceLeft = 28;
    private const int QuotaExceeded = 122;

    private readonly string _root = links.Prefix + "v2/";
    private readonly string _v1 = links.Prefix + "v1/";

    public async Task InvokeAsync(HttpContext context)
    {
        var measure = metrics?.Begin(context.Request.Method);
        using var answer = context.Features.Get<RefusalOutput>()?.BeginAnswer();
        context.Response.Headers["Docker-Distribution-API-Version"] = "registry/2.0";
        foreach (var (name, values) in headers)
        {
            context.Response.Headers[name] = values.ToArray();
        }

        try
        {
            await RouteAsync(context, measure);
        }
        catch (OciException exception)
        {
            await FailAsync(context, exception.Errors);
        }
        catch (BadHttpRequestException exception)
        {
            await FailAsync(context, [new OciError(ErrorCode.SizeInvalid, "the request's body is broken: " + exception.Message)]);
        }
        catch (IOException exception) when (exception.HResult is NoSpaceLeft or QuotaExceeded)
        {
            Log.Full(logger, exception, context.Request.Method, context.Request.Path);
            await FailAsync(context, [new OciError(ErrorCode.Unavailable, "the registry's storage is full: its administrator has to make room")]);
        }
        catch (Exception exception) when (exception is ConnectionResetException || context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone; nobody is there to be told.
            Log.ClientGone(logger, exception, context.Request.Method, context.Request.Path);
            context.Abort();
        }
        catch (Exception exception)
        {
            Log.Failed(logger, exception, context.Request.Method, context.Request.Path);
            await FailAsync(context, [new OciError(ErrorCode.Unknown, "the registry failed; its log says why")]);
        }
        finally
        {
            measure?.End(context.Response.StatusCode);
        }
    }

    private async Task RouteAsync(HttpContext context, RequestMeasure? measure)
    {
        // The path as it was sent: the server's own has its dots resolved, and a name with dots must be refused.
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.StartsWith('/') ? target.Split('?', 2)[0] : context.Request.Path.Value ?? string.Empty;
        if (Find(path) is not { } route)
        {
            AnswerOutside(context, path);
            return;
        }

        measure?.Enter(route.Kind);
        var request = new RegistryRequest(context, route, links, await IdentifyAsync(context, route));
        if (Select(request, route.Kind, context.Request.Method) is { } answer)
        {
            await answer;
            return;
        }

        context.Response.Headers.Allow = Allowed(route.Kind);
        if (!HttpMethods.IsOptions(context.Request.Method))
        {
            throw new OciException(
                ErrorCode.Unsupported, "the address does not take this method", ("method", context.Request.Method));
        }
    }

    /// <returns>Null when the path is outside both versions of the protocol.</returns>
    private RegistryRoute? Find(string path)
    {
        if (path.StartsWith(_v1, StringComparison.Ordinal))
        {
            return RegistryRoute.ParseV1(path.AsSpan(_v1.Length));
        }

        // Only slashes behind it are as good as a missing one: both are redirected.
        if (!path.StartsWith(_root, StringComparison.Ordinal) || (path.Length > _root.Length && path.AsSpan(_root.Length).Trim('/').IsEmpty))
        {
            return null;
        }

        return RegistryRoute.Parse(path.AsSpan(_root.Length))
            ?? throw new OciException(ErrorCode.NameUnknown, "there is nothing at this address", ("path", path));
    }

    /// <returns>The user's name; null where nobody has to say who they are.</returns>
    private async ValueTask<string?> IdentifyAsync(HttpContext context, RegistryRoute route)
    {
        // The ping says that this is a registry, and nothing of what is in it.
        if (access is null || route.Kind is RouteKind.V1Ping)
        {
            return null;
        }

        if (await access.AuthenticateAsync(context.Request.Headers.Authorization) is { } user)
        {
            return user;
        }

        context.Response.Headers.WWWAuthenticate = access.Challenge;
        throw new OciException(ErrorCode.Unauthorized, "a name and its password are needed: sign in with \"docker login\"");
    }

    /// <summary>The protocol on one screen.</summary>
    private Task? Select(RegistryRequest request, RouteKind kind, string method) => (kind, method) switch
    {
        (RouteKind.Base, "GET" or "HEAD") => VersionEndpoint.GetAsync(request),
        (RouteKind.Catalog, "GET" or "HEAD") => catalog.GetAsync(request),
        (RouteKind.Tags, "GET" or "HEAD") => tags.GetAsync(request),
        (RouteKind.Manifest, "GET" or "HEAD") => manifests.GetAsync(request),
        (RouteKind.Manifest, "PUT") => manifests.PutAsync(request),
        (RouteKind.Manifest, "DELETE") => manifests.DeleteAsync(request),
        (RouteKind.Blob, "GET" or "HEAD") => blobs.GetAsync(request),
        (RouteKind.Blob, "DELETE") => blobs.DeleteAsync(request),
        (RouteKind.Uploads, "POST") => uploads.StartAsync(request),
        (RouteKind.Upload, "GET" or "HEAD") => uploads.GetAsync(request),
        (RouteKind.Upload, "PATCH") => uploads.AppendAsync(request),
        (RouteKind.Upload, "PUT") => uploads.CommitAsync(request),
        (RouteKind.Upload, "DELETE") => uploads.CancelAsync(request),
        (RouteKind.Referrers, "GET" or "HEAD") => referrers.GetAsync(request),
        (RouteKind.V1Ping, "GET" or "HEAD") => V1SearchEndpoint.PingAsync(request),
        (RouteKind.V1Search, "GET" or "HEAD") => search.SearchAsync(request),
        _ => null,
    };

    private static string Allowed(RouteKind kind) => kind switch
    {
        RouteKind.Manifest => "GET, HEAD, PUT, DELETE",
        RouteKind.Blob => "GET, HEAD, DELETE",
        RouteKind.Uploads => "POST",
        RouteKind.Upload => "GET, HEAD, PATCH, PUT, DELETE",
        _ => "GET, HEAD",
    };

    /// <summary>The registry listener outside <c>/v2/</c>: an empty root, and a redirect for a missing or doubled slash.</summary>
    private void AnswerOutside(HttpContext context, string path)
    {
        if (path is "/")
        {
            // What balancers ask to see whether the registry is there: no cache may answer for it.
            context.Response.Headers.CacheControl = "no-cache";
            context.Response.ContentLength = 0;
        }
        else if (string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries)) == _root.Trim('/'))
        {
            context.Response.StatusCode = StatusCodes.Status301MovedPermanently;
            context.Response.Headers.Location = _root;
            context.Response.ContentLength = 0;
        }
        else
        {
            throw new OciException(ErrorCode.NameUnknown, $"there is nothing at this address: the registry is at {_root}", ("path", path));
        }
    }

    private static async Task FailAsync(HttpContext context, IReadOnlyList<OciError> errors)
    {
        if (context.Response.HasStarted)
        {
            // Too late for a status: a broken connection is the only honest answer to a broken body.
            context.Abort();
            return;
        }

        await ErrorResponse.WriteAsync(context, errors);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string method, string path);

        [LoggerMessage(LogLevel.Error, "{Method} {Path} failed: the storage is full")]
        public static partial void Full(ILogger logger, Exception exception, string method, string path);

        [LoggerMessage(LogLevel.Debug, "{Method} {Path}: the client went away")]
        public static partial void ClientGone(ILogger logger, Exception exception, string method, string path);
    }
}
