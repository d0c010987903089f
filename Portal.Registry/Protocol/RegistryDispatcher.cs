using System.Globalization;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Portal.Registry.Auth;
using Portal.Registry.Auth.TokenServer;
using Portal.Registry.Health;
using Portal.Registry.Observability;
using Portal.Registry.Observability.Metrics;
using Portal.Storage.Oci;

namespace Portal.Registry.Protocol;

/// <summary>The pipeline of the registry listener: parse the path, find the endpoint, answer or write the error.</summary>
public sealed partial class RegistryDispatcher(
    HealthState health,
    RegistryPolicy policy,
    RequestLog requests,
    RegistryLinks links,
    ExtraHeaders headers,
    IAccessController? access,
    TokenEndpoint? tokens,
    Permissions permissions,
    AccountActivity activity,
    CatalogEndpoint catalog,
    TagsEndpoint tags,
    ManifestEndpoint manifests,
    BlobEndpoint blobs,
    BlobUploadEndpoint uploads,
    ReferrersEndpoint referrers,
    V1SearchEndpoint search,
    RequestMetrics metrics,
    RequestTelemetry? telemetry,
    TimeProvider time,
    ILogger<RegistryDispatcher> logger)
{
    // What Linux says of a write that found no room: ENOSPC and EDQUOT.
    private const int NoSpaceLeft = 28;
    private const int QuotaExceeded = 122;

    private readonly string _root = links.Prefix + "v2/";
    private readonly string _v1 = links.Prefix + "v1/";
    private readonly ChunkRests _rests = new(time);

    public async Task InvokeAsync(HttpContext context)
    {
        using var answer = context.Features.Get<RefusalOutput>()?.BeginAnswer();
        var entry = requests.Begin(context);
        using var span = telemetry?.Begin(context, entry);
        context.Response.Headers["Docker-Distribution-API-Version"] = "registry/2.0";
        headers.AddTo(context.Response);

        try
        {
            if (health.Failing is { Count: > 0 } failing)
            {
                await RefuseAsync(context, entry, failing);
            }
            else
            {
                await RouteAsync(context, entry);
            }
        }
        catch (OciException exception)
        {
            if (exception is TooManyTriesException tries)
            {
                context.Response.Headers.RetryAfter = Math.Ceiling(tries.Wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            }

            await FailAsync(context, entry, exception.Errors);
        }
        catch (BadHttpRequestException exception)
        {
            await FailAsync(context, entry, [new OciError(ErrorCode.SizeInvalid, "the request's body is broken: " + exception.Message)]);
        }
        catch (IOException exception) when (exception.HResult is NoSpaceLeft or QuotaExceeded)
        {
            Log.Full(logger, exception, context.Request.Method, context.Request.Path);
            await FailAsync(context, entry, [new OciError(ErrorCode.Unavailable, "the registry's storage is full: its administrator has to make room")]);
        }
        catch (Exception exception) when (exception is ConnectionResetException || context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone; nobody is there to be told.
            Log.ClientGone(logger, exception, context.Request.Method, context.Request.Path);
            entry.IsAbandoned = true;
            context.Abort();
        }
        catch (Exception exception)
        {
            Log.Failed(logger, exception, context.Request.Method, context.Request.Path);
            await FailAsync(context, entry, [new OciError(ErrorCode.Unknown, "the registry failed; its log says why")]);
        }
        finally
        {
            var duration = time.GetElapsedTime(entry.Started);
            metrics.End(entry.Kind, context, duration);
            telemetry?.End(span, context, entry, duration);
            requests.End(entry, context, duration);
        }

        await _rests.LeaveAsync(context);
    }

    private async Task RouteAsync(HttpContext context, RequestLogEntry entry)
    {
        // The path as it was sent: the server's own has its dots resolved, and a name with dots must be refused.
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = !target.StartsWith('/') ? context.Request.Path.Value ?? string.Empty : query < 0 ? target : target[..query];
        if (tokens is not null && tokens.TakesPath(path))
        {
            await tokens.AnswerAsync(context, path, entry);
            return;
        }

        if (Find(path) is not { } route)
        {
            AnswerOutside(context, path);
            return;
        }

        entry.Kind = route.Kind;
        metrics.Enter(route.Kind);
        entry.Repository = route.Name;
        entry.Variable = (VariableOf(route.Kind), route.Argument);
        var caller = await AuthoriseAsync(context, entry, Access.Of(route, context.Request.Method));
        var request = new RegistryRequest(context, route, links, caller);
        RequireWritable(context);
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

    /// <summary>
    /// Out of service while a check fails, whatever is asked: as upstream. The log said so when it began, and does not say
    /// it again as an error of each request.
    /// </summary>
    private static Task RefuseAsync(HttpContext context, RequestLogEntry entry, IReadOnlyList<CheckState> failing)
    {
        var detail = new Dictionary<string, string> { ["checks"] = string.Join(", ", failing.Select(check => check.Name)) };
        return FailAsync(
            context, entry, [new OciError(ErrorCode.Unavailable, "the registry is out of service: its health checks fail", detail)], isExpected: true);
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

    /// <summary>Finds out who asks, and whether that one may.</summary>
    private async ValueTask<Identity> AuthoriseAsync(HttpContext context, RequestLogEntry entry, Access wanted)
    {
        var caller = access is null ? Identity.Everyone : await access.AuthenticateAsync(context);
        entry.User = caller?.Name;
        if (caller is not null && permissions.Allows(caller, wanted))
        {
            activity.Saw(caller, wanted);
            return caller;
        }

        // Who said who they are and still may not would only be asked the same again, unless a token can say more.
        if (caller is { IsSignedIn: true, Granted: null } || access?.Challenge(context, wanted, caller) is not { } challenge)
        {
            throw Permissions.Denied(caller ?? Identity.Anonymous, wanted);
        }

        context.Response.Headers.WWWAuthenticate = challenge;
        throw new OciException(
            ErrorCode.Unauthorized,
            caller is { Granted: not null } ? "the token does not allow this" : "a name and its password are needed: sign in with \"docker login\"",
            wanted.Scope is { } scope ? [("access", scope)] : []);
    }

    /// <summary>A read-only registry takes no method that could change anything, before any of the body is read.</summary>
    private void RequireWritable(HttpContext context)
    {
        var method = context.Request.Method;
        if (policy.ReadOnly && !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            policy.RequireWritable();
        }
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

    /// <summary>What upstream's log calls the path's last component.</summary>
    private static string VariableOf(RouteKind kind) => kind switch
    {
        RouteKind.Manifest => "vars.reference",
        RouteKind.Upload => "vars.uuid",
        _ => "vars.digest",
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

    private static async Task FailAsync(HttpContext context, RequestLogEntry entry, IReadOnlyList<OciError> errors, bool isExpected = false)
    {
        var (code, status) = ErrorResponse.Describe(errors[0].Code);
        entry.Fail(errors[0], code, isOurFault: !isExpected && status >= StatusCodes.Status500InternalServerError);
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
