using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Portal.Registry;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Registry.Observability;
using Portal.Storage.Layers;
using Portal.Storage.Oci;
using Portal.Web.Hosting;

namespace Portal.Web.Api;

/// <summary>
/// The pipeline of the API: find the operation, find out who asks, run it, write the answer or the problem. There are no
/// CORS headers: pages of other sites read nothing here.
/// </summary>
internal sealed partial class ApiDispatcher(ApiRoutes routes, ApiSignIn signIn, Permissions permissions, LiveConfiguration live, ILogger<ApiDispatcher> logger)
{
    private const string Root = $"/{PortalUrls.ApiRoot}/";

    // What Linux says of a write that found no room: ENOSPC and EDQUOT.
    private const int NoSpaceLeft = 28;
    private const int QuotaExceeded = 122;

    // Answers are no part of a page, so that a quotation mark in them can stay one. A null that somebody pushed is better told than a failure.
    private static readonly ApiJson Json = new(
        new JsonSerializerOptions(ApiJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, RespectNullableAnnotations = false });

    private static readonly TimeSpan WaitForReaders = TimeSpan.FromSeconds(10);

    private readonly RequestIds _ids = new();

    public async Task InvokeAsync(HttpContext context)
    {
        var id = (ForwardedOrigin.IsTrusted(context, live.Current.Portal.TrustedProxies) ? RequestIds.Of(context.Request) : null) ?? _ids.Next();
        context.Response.Headers[RequestIds.Header] = id;
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            await AnswerAsync(context, id);
        }
        catch (Exception exception) when (exception is ConnectionResetException || context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone; nobody is there to be told.
            context.Abort();
        }
        catch (Exception exception)
        {
            if (WaitAfter(exception) is { } wait)
            {
                context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            }

            await RefuseAsync(context, ProblemOf(exception, context, id), id);
        }
    }

    private async Task AnswerAsync(HttpContext context, string requestId)
    {
        var path = context.Request.Path.Value ?? "";
        var found = path.StartsWith(Root, StringComparison.Ordinal) ? routes.Find(path[Root.Length..]) : [];
        var isDocument = path == $"/{PortalUrls.ApiDocument}";
        if (found.Count == 0 && !isDocument)
        {
            throw new ApiException(
                StatusCodes.Status404NotFound, "NOT_FOUND", $"there is nothing at \"{path}\": /{PortalUrls.ApiDocument} lists all addresses, /{PortalUrls.Api} shows them to people");
        }

        var method = HttpMethods.IsHead(context.Request.Method) ? HttpMethods.Get : context.Request.Method;
        var (operation, values) = found.FirstOrDefault(row => HttpMethods.Equals(row.Operation.Method, method));
        if (operation is null && !(isDocument && HttpMethods.IsGet(method)))
        {
            RefuseMethod(context, isDocument ? [HttpMethods.Get] : found.Select(row => row.Operation.Method));
            return;
        }

        var actor = await signIn.IdentifyAsync(context, requestId);
        if (operation is null)
        {
            await OpenApiDocument.WriteAsync(context, routes);
            return;
        }

        if (!permissions.LetsIn(actor.Identity))
        {
            throw ApiSignIn.Ask(context, "a name and its password or an access token are needed (curl --user NAME:TOKEN)");
        }

        try
        {
            await RunAsync(context, operation, new ApiRequest(context, values, actor, signIn.AddressOf(context)));
        }
        catch (OciException exception) when (exception.Code is ErrorCode.Denied && signIn.CouldHelp(actor.Identity))
        {
            throw ApiSignIn.Ask(context, exception.Message);
        }
    }

    private async Task RunAsync(HttpContext context, ApiOperation operation, ApiRequest request)
    {
        if (context.Request.Query.Keys.FirstOrDefault(key => operation.Query.All(parameter => parameter.Name != key)) is { } unknown)
        {
            throw new ApiException(
                $"there is no parameter \"{unknown}\" here: "
                + (operation.Query.Count == 0 ? "this address takes none" : $"there are {string.Join(", ", operation.Query.Select(parameter => parameter.Name))}"));
        }

        // To somebody who may not pull from it, a repository is not there, whatever was to be done with it.
        var isSeen = operation.PathParameters.All(parameter => parameter.Name != "name")
            || permissions.Allows(request.Who, new Access(AccessKind.Repository, request.Name, RepositoryActions.Pull));
        if (!isSeen || await operation.Run(request) is not { } answer)
        {
            throw new ApiException(
                StatusCodes.Status404NotFound, "NOT_FOUND", $"\"{context.Request.Path}\" is not there, or not for \"{request.Who.Name ?? "anonymous users"}\" to see");
        }

        context.Response.StatusCode = operation.Status;
        if (answer is ApiContent content)
        {
            await content.WriteAsync(context, operation.ContentType!);
        }
        else if (operation.Answer is { } type)
        {
            await WriteAsync(context, answer, type, "application/json; charset=utf-8");
        }
    }

    private static void RefuseMethod(HttpContext context, IEnumerable<string> methods)
    {
        var allowed = methods.SelectMany(method => HttpMethods.IsGet(method) ? [method, HttpMethods.Head] : new[] { method }).Append(HttpMethods.Options).Distinct();
        context.Response.Headers.Allow = string.Join(", ", allowed);
        if (!HttpMethods.IsOptions(context.Request.Method))
        {
            throw new ApiException(
                StatusCodes.Status405MethodNotAllowed, "UNSUPPORTED", $"{context.Request.Method} is not taken at \"{context.Request.Path}\": it takes {context.Response.Headers.Allow}");
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>After how long the same may go well; null when time alone does not help.</summary>
    private static TimeSpan? WaitAfter(Exception exception) => exception switch
    {
        TooManyTriesException tries => tries.Wait,
        LayerUnreadableException { IsPassing: true } => WaitForReaders,
        _ => null,
    };

    private ApiProblem ProblemOf(Exception exception, HttpContext context, string requestId)
    {
        switch (exception)
        {
            case ApiException { Problem: var problem }:
                return problem;
            case OciException refusal:
                return ApiProblem.Of(refusal);
            case TagMovedException moved:
                return ApiProblem.Of(StatusCodes.Status409Conflict, "TAG_MOVED", moved.Message);
            case UserChangeException change:
                return ApiProblem.Of(StatusCodes.Status409Conflict, "CONFLICT", change.Message);
            case LayerUnreadableException unreadable:
                return ApiProblem.Of(unreadable);
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return ApiProblem.Of(StatusCodes.Status413PayloadTooLarge, "SIZE_INVALID", $"the body is too large: it has at most {context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize / 1024} KiB");
            case BadHttpRequestException broken:
                return ApiProblem.Of(broken.StatusCode, "INVALID", $"the request's body is broken: {broken.Message}");
            case IOException { HResult: NoSpaceLeft or QuotaExceeded }:
                Log.Full(logger, exception, context.Request.Method, context.Request.Path, requestId);
                return ApiProblem.Of(StatusCodes.Status503ServiceUnavailable, "UNAVAILABLE", "the registry's storage is full: its administrator has to make room");
            default:
                Log.Failed(logger, exception, context.Request.Method, context.Request.Path, requestId);
                return ApiProblem.Of(StatusCodes.Status500InternalServerError, "UNKNOWN", "the registry failed; its log says why, with the number of this request");
        }
    }

    private static async Task RefuseAsync(HttpContext context, ApiProblem problem, string requestId)
    {
        if (context.Response.HasStarted)
        {
            // Too late for a status: a broken connection is the only honest answer to a broken body.
            context.Abort();
            return;
        }

        context.Response.StatusCode = problem.Status;
        context.Response.Headers.Remove("Link");
        StrangersContent.Withdraw(context.Response);
        var told = problem with { Instance = context.Request.PathBase.Add(context.Request.Path).ToUriComponent(), RequestId = requestId };
        await WriteAsync(context, told, ApiJson.Default.ApiProblem, ApiProblem.ContentType);
    }

    private static Task WriteAsync(HttpContext context, object value, JsonTypeInfo type, string contentType)
    {
        context.Response.ContentType = contentType;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : JsonSerializer.SerializeAsync(context.Response.Body, value, Json.GetTypeInfo(type.Type)!, context.RequestAborted);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "API: {Method} {Path} failed (request {RequestId})")]
        public static partial void Failed(ILogger logger, Exception exception, string method, string path, string requestId);

        [LoggerMessage(LogLevel.Error, "API: {Method} {Path} failed: the storage is full (request {RequestId})")]
        public static partial void Full(ILogger logger, Exception exception, string method, string path, string requestId);
    }
}
