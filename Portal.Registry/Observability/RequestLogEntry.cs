using System.Globalization;
using Microsoft.AspNetCore.Http;
using Portal.Registry.Protocol;
using Portal.Storage.Oci;

namespace Portal.Registry.Observability;

/// <summary>
/// What the logs say of one request, under upstream's names. It is the scope of every line written while the request
/// runs; nothing of it is read unless a line is written.
/// </summary>
/// <param name="started">When the request came, as <see cref="TimeProvider.GetTimestamp"/> tells it.</param>
public sealed class RequestLogEntry(string id, HttpContext context, long started)
{
    private HttpContext? _context = context;
    private TimeSpan? _duration;

    /// <summary>The request's number.</summary>
    public string Id => id;

    internal long Started => started;

    internal IDisposable? Scope { get; set; }

    /// <summary>What the path asks for; null until it is understood, and when there is no such thing.</summary>
    internal RouteKind? Kind { get; set; }

    /// <summary>The repository that the path names; unset until the path is understood.</summary>
    internal RepositoryName Repository { get; set; }

    /// <summary>What else the path names, as <c>vars.reference</c>; the value is empty where it names nothing.</summary>
    internal (string Name, string Value) Variable { get; set; } = (string.Empty, string.Empty);

    /// <summary>The signed-in user; null for anonymous.</summary>
    internal string? User { get; set; }

    /// <summary>The first error that the client was told; null when all went well.</summary>
    internal OciError? Error { get; private set; }

    /// <summary>The error's code as the protocol spells it.</summary>
    internal string? Code { get; private set; }

    /// <summary>The error is a failure of the registry, and no mistake of the client.</summary>
    internal bool IsOurFault { get; private set; }

    /// <summary>The client left before its answer.</summary>
    internal bool IsAbandoned { get; set; }

    /// <summary>Bytes of the answer's body; null when nobody counted them.</summary>
    internal static long? Written(HttpContext context)
    {
        return HttpMethods.IsHead(context.Request.Method) || context.Response.StatusCode == StatusCodes.Status304NotModified
            ? 0
            : context.Response.ContentLength ?? context.Features.Get<StreamedLength>()?.Bytes;
    }

    /// <param name="code">As the protocol spells it.</param>
    internal void Fail(OciError error, string code, bool isOurFault) => (Error, Code, IsOurFault) = (error, code, isOurFault);

    /// <summary>From here on the fields tell of the answer too.</summary>
    internal void Complete(TimeSpan duration) => _duration = duration;

    /// <summary>The server uses the request's objects again: a line that some work writes later has the number alone.</summary>
    internal void Forget() => _context = null;

    /// <summary>Adds the fields that have a value: texts, and whole numbers.</summary>
    internal void AddTo(List<KeyValuePair<string, object>> fields)
    {
        void Add(string name, object? value)
        {
            if (value is not (null or ""))
            {
                fields.Add(new(name, value));
            }
        }

        Add("http.request.id", id);
        if (_context is not { } context)
        {
            return;
        }

        var request = context.Request;
        Add("http.request.method", request.Method);
        Add("http.request.host", request.Host.Value);
        Add("http.request.uri", request.Path + request.QueryString);
        Add("http.request.remoteaddr", ClientAddress.WithPort(context));
        Add("http.request.useragent", request.Headers.UserAgent.ToString());
        Add("http.request.referer", request.Headers.Referer.ToString());
        Add("http.request.contenttype", request.ContentType);
        Add("vars.name", Repository.ToString());
        Add(Variable.Name, Variable.Value);
        Add("auth.user.name", User);
        if (_duration is { } duration)
        {
            Add("http.response.status", context.Response.StatusCode);
            Add("http.response.contenttype", context.Response.ContentType);
            Add("http.response.written", Written(context));
            Add("http.response.duration", string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0.######}ms"));
        }

        if (Error is { } error)
        {
            Add("err.code", Code?.Replace('_', ' ').ToLowerInvariant());
            Add("err.message", error.Message);
            Add("err.detail", error.Detail is null ? null : string.Join(' ', error.Detail.Select(part => $"{part.Key}={part.Value}")));
        }
    }
}
