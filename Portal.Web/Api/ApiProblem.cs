using Microsoft.AspNetCore.WebUtilities;
using Portal.Registry;
using Portal.Registry.Protocol;
using Portal.Storage.Layers;
using Portal.Storage.Oci;

namespace Portal.Web.Api;

/// <summary>Why a request was not done (RFC 9457).</summary>
internal sealed record ApiProblem
{
    public const string ContentType = "application/problem+json; charset=utf-8";

    /// <summary>The status in words.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What is wrong, with the value and where it stands, and what to do about it.</summary>
    public required string Detail { get; init; }

    /// <summary>The same for programs: as the registry's protocol calls it, where it has a word for it.</summary>
    public required string Code { get; init; }

    /// <summary>The path that was asked for.</summary>
    public string? Instance { get; init; }

    /// <summary>The request's number, with which the log speaks of it.</summary>
    public string? RequestId { get; init; }

    /// <param name="detail">A sentence, or the clauses of one.</param>
    public static ApiProblem Of(int status, string code, string detail) => new()
    {
        Title = ReasonPhrases.GetReasonPhrase(status),
        Status = status,
        Detail = detail,
        Code = code,
    };

    /// <summary>A refusal of the services in this API's words. Here 405 is about methods alone: what is switched off is refused.</summary>
    public static ApiProblem Of(OciException exception)
    {
        var (code, status) = ErrorResponse.Describe(exception.Code);
        var where = exception.Reason?.Kind is RegistryRefusal.DeletionOff or RegistryRefusal.ReadOnly ? $", at /{PortalUrls.Configuration} or by putConfiguration" : "";
        var values = exception.Errors[0].Detail?.Where(pair => pair.Value.Length > 0).Select(pair => $"{pair.Key}: {pair.Value}") ?? [];
        return Of(
            status is StatusCodes.Status405MethodNotAllowed ? StatusCodes.Status403Forbidden : status,
            code,
            string.Join(", ", values) is { Length: > 0 } text ? $"{exception.Message} ({text})" : exception.Message + where);
    }

    /// <summary>A layer that cannot be read: never, or not at this moment.</summary>
    public static ApiProblem Of(LayerUnreadableException exception) => exception.IsPassing
        ? Of(StatusCodes.Status503ServiceUnavailable, "UNAVAILABLE", exception.Message)
        : Of(StatusCodes.Status409Conflict, "CONFLICT", exception.Message);
}

/// <summary>A request that cannot be done as it came.</summary>
internal sealed class ApiException(ApiProblem problem) : Exception(problem.Detail)
{
    /// <summary>A value that cannot be meant.</summary>
    public ApiException(string detail)
        : this(ApiProblem.Of(StatusCodes.Status400BadRequest, "INVALID", detail))
    {
    }

    public ApiException(int status, string code, string detail)
        : this(ApiProblem.Of(status, code, detail))
    {
    }

    public ApiProblem Problem { get; } = problem;
}
