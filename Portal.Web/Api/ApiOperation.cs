using System.Net.Mime;
using System.Text.Json.Serialization.Metadata;

namespace Portal.Web.Api;

/// <summary>One thing that can be done through the API. Routing, checks of parameters and all documents are made from it.</summary>
public sealed record ApiOperation
{
    /// <summary>What <see cref="Run"/> gives when something was done of which there is nothing to tell: 204.</summary>
    public static readonly object Done = new();

    /// <summary>Its name for programs that are made from the OpenAPI document; no two are the same.</summary>
    public required string Id { get; init; }

    /// <summary>The HTTP method. <c>HEAD</c> goes wherever <c>GET</c> does.</summary>
    public required string Method { get; init; }

    /// <summary>Below <c>/api/v1/</c>; parameters in braces. <c>{name}</c> is a repository's and takes several components, up to <c>/-/</c>.</summary>
    public required string Path { get; init; }

    /// <summary>A line for lists.</summary>
    public required string Summary { get; init; }

    /// <summary>What else there is to know; null for nothing.</summary>
    public string? Note { get; init; }

    /// <summary>What the query may hold: anything else in it is refused.</summary>
    public IReadOnlyList<ApiParameter> Query { get; init; } = [];

    /// <summary>The JSON that a request brings; null for none.</summary>
    public JsonTypeInfo? Body { get; init; }

    /// <summary>A body that could be sent; null without <see cref="Body"/>.</summary>
    public string? Example { get; init; }

    /// <summary>The JSON of the answer; null for none.</summary>
    public JsonTypeInfo? Answer { get; init; }

    /// <summary>The media type of an answer that is no JSON; null for JSON, and for no answer.</summary>
    public string? ContentType { get; init; }

    /// <summary>The status of success.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>For administrators alone. The service says so, too; this tells readers of documents.</summary>
    public bool IsForAdministrators { get; init; }

    /// <summary>What makes the answer: null when there is nothing at the address, or nothing that the one who asks may see.</summary>
    public required Func<ApiRequest, Task<object?>> Run { get; init; }

    /// <summary>The parameters in the path, in their order.</summary>
    public IEnumerable<ApiParameter> PathParameters => Path.Split('/').Where(part => part.StartsWith('{')).Select(part => ApiParameter.InPath(part[1..^1]));

    /// <summary>Reads one thing.</summary>
    internal static ApiOperation Get<T>(string id, string path, string summary, JsonTypeInfo<T> answer, Func<ApiRequest, Task<T?>> run)
        where T : class => new()
        {
            Id = id,
            Method = HttpMethods.Get,
            Path = path,
            Summary = summary,
            Answer = answer,
            Run = async request => await run(request),
        };

    /// <summary>Reads a list, a part at a time.</summary>
    /// <param name="query">What the query may hold beside the two that take one through the list.</param>
    internal static ApiOperation List<T>(
        string id, string path, string summary, JsonTypeInfo<ApiList<T>> answer, Func<ApiRequest, Task<ApiList<T>?>> run, params ApiParameter[] query) =>
        Get(id, path, summary, answer, run) with { Query = [.. query, ApiParameter.Limit, ApiParameter.Next] };

    /// <summary>Reads bytes as they are.</summary>
    internal static ApiOperation Download(
        string id, string path, string summary, Func<ApiRequest, Task<ApiContent?>> run, string contentType = MediaTypeNames.Application.Octet) => new()
        {
            Id = id,
            Method = HttpMethods.Get,
            Path = path,
            Summary = summary,
            ContentType = contentType,
            Run = async request => await run(request),
        };

    /// <summary>Does something that has an answer.</summary>
    internal static ApiOperation Change<T>(
        string id, string method, string path, string summary, JsonTypeInfo<T> answer, Func<ApiRequest, Task<T?>> run)
        where T : class => Get(id, path, summary, answer, run) with { Method = method };

    /// <summary>Does something of which there is nothing to tell.</summary>
    /// <param name="run">False when there is nothing to do it with.</param>
    internal static ApiOperation Do(string id, string method, string path, string summary, Func<ApiRequest, Task<bool>> run) => new()
    {
        Id = id,
        Method = method,
        Path = path,
        Summary = summary,
        Status = StatusCodes.Status204NoContent,
        Run = async request => await run(request) ? Done : null,
    };
}
