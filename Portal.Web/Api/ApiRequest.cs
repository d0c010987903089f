using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Features;
using Portal.Registry;
using Portal.Registry.Auth;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Web.Api;

/// <summary>A request for an operation: who asks, and what the address and the body say. What cannot be meant is a 400 that names it.</summary>
/// <param name="values">The parameters of the path.</param>
public sealed class ApiRequest(HttpContext context, IReadOnlyDictionary<string, string> values, RequestActor actor, IPAddress? address)
{
    private const string NextWanted = "what the answer before gave in its field next; leave it out for the beginning of the list";

    private static readonly string[] MomentFormats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>What permissions are asked about.</summary>
    public Identity Who => actor.Identity;

    public RequestActor Actor => actor;

    /// <summary>The client's, for the audit trail; null on a unix socket.</summary>
    public IPAddress? Address => address;

    /// <summary>The address that the client has of this portal: its host is one that reaches this machine.</summary>
    public Uri Portal => Uri.TryCreate($"{context.Request.Scheme}://{context.Request.Host}", UriKind.Absolute, out var portal) ? portal : new Uri("http://localhost");

    public CancellationToken Aborted => context.RequestAborted;

    /// <summary>The repository of the path.</summary>
    public RepositoryName Name => RepositoryName.Parse(values["name"]);

    /// <summary>The repository elsewhere of the path.</summary>
    public RepositoryName Remote => RepositoryName.Parse(values["remote"]);

    /// <summary>The tag of the path.</summary>
    public Tag Tag => Tag.Parse(values["tag"]);

    /// <summary>The digest of the path.</summary>
    public Digest Digest => Digest.Parse(values["digest"]);

    /// <summary>The number of the path.</summary>
    public long Id => long.TryParse(values["id"], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? id
        : throw new ApiException($"\"{values["id"]}\" in the address is no number of 0 or more");

    /// <summary>How many rows of a list are wanted.</summary>
    public int Limit => Number("limit", ApiParameter.UsualLimit, ApiParameter.GreatestLimit);

    /// <summary>How many rows of a list came before.</summary>
    public int Skip => Text("next") is not { } text ? 0
        : ApiCursor.TryRead(text, out int skip) ? skip
        : throw Bad("next", text, NextWanted);

    /// <summary>Behind what a list goes on that cannot count its rows; null for its beginning.</summary>
    public string? After => Text("next") is not { } text ? null
        : ApiCursor.TryRead(text, out string? after) ? after
        : throw Bad("next", text, NextWanted);

    /// <summary>A digest in a field of the body.</summary>
    /// <param name="orElse">What else the field takes, for the refusal.</param>
    public static Digest ParseDigest(string field, string text, string orElse = "") => Digest.TryParse(text, out var digest)
        ? digest
        : throw new ApiException($"the field {field} of the body is \"{text}\": it is a digest, as sha256: and 64 digits{orElse}");

    /// <summary>A digest in a parameter of the path.</summary>
    public Digest DigestInPath(string name) => Digest.Parse(values[name]);

    /// <summary>Part of the path by its name.</summary>
    public string InPath(string name) => values[name];

    /// <summary>A parameter of the query that must be given.</summary>
    /// <param name="what">What to write there, for the refusal.</param>
    public string Needed(string name, string what) => Text(name) ?? throw new ApiException($"the parameter {name} is needed: {what}");

    /// <summary>A parameter of the query; null when it is not given, or is empty.</summary>
    public string? Text(string name) => context.Request.Query[name] switch
    {
        [] or [null or ""] => null,
        [var text] => text,
        var several => throw Bad(name, string.Join(", ", several.AsEnumerable()), "one value"),
    };

    /// <summary>A parameter of the query that is one of an enum's values; null when it is not given.</summary>
    public T? Choice<T>(string name)
        where T : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        foreach (var value in Enum.GetValues<T>())
        {
            if (ApiJson.NameOf($"{value}") == text)
            {
                return value;
            }
        }

        throw Bad(name, text, "one of " + string.Join(", ", Enum.GetNames<T>().Select(ApiJson.NameOf)));
    }

    /// <summary>A parameter of the query that says yes or no; null when it is not given.</summary>
    public bool? Flag(string name) => Text(name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        var text => throw Bad(name, text, "true or false"),
    };

    /// <summary>A parameter of the query that is a number of 1 or more.</summary>
    /// <param name="usual">What counts when it is not given.</param>
    /// <param name="greatest">What it can be at the most.</param>
    public int Number(string name, int usual, int greatest) => Text(name) is not { } text ? usual
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= greatest ? number
        : throw Bad(name, text, $"a number from 1 to {greatest}");

    /// <summary>A parameter of the query that is a number of bytes; null when it is not given.</summary>
    public long? Bytes(string name) => Text(name) is not { } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes
        : throw Bad(name, text, "a number of bytes");

    /// <summary>The moment from which on rows are wanted; null for the beginning.</summary>
    public DateTimeOffset? From => Moment("from", isEnd: false);

    /// <summary>The moment before which rows are wanted; null for no end. A day is meant with all its hours.</summary>
    public DateTimeOffset? Until => Moment("until", isEnd: true);

    /// <summary>A part of a list, with where it goes on; the header is set, too.</summary>
    internal ApiList<TAnswer> Page<TRow, TAnswer>(RowPage<TRow> rows, Func<TRow, TAnswer> toAnswer)
    {
        var end = Skip + rows.Items.Count;
        var next = rows.Items.Count > 0 && end < rows.Total ? ApiCursor.Write(end) : null;
        return new ApiList<TAnswer> { Items = [.. rows.Items.Select(toAnswer)], Total = rows.Total, Next = GoOn(next) };
    }

    /// <summary>Sets the header that says where a list goes on.</summary>
    /// <param name="next">As <see cref="ApiCursor"/> wrote it; null at the end.</param>
    internal string? GoOn(string? next)
    {
        if (next is not null)
        {
            var request = context.Request;
            var query = request.Query.Where(pair => pair.Key != "next").SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value))
                .Append(KeyValuePair.Create("next", (string?)next));
            context.Response.Headers.Link = $"<{request.PathBase.Add(request.Path).ToUriComponent()}{QueryString.Create(query)}>; rel=\"next\"";
        }

        return next;
    }

    /// <summary>Says where something is that the request made.</summary>
    /// <param name="path">Below <c>/api/v1/</c>, escaped.</param>
    internal void Locate(string path) =>
        context.Response.Headers.Location = $"{context.Request.PathBase.ToUriComponent()}/{PortalUrls.ApiRoot}/{path}";

    /// <summary>Reads the body, which is JSON.</summary>
    /// <param name="atMost">How many bytes it may have; null for the usual 64 KiB. To be given after it is known that the one who asks may.</param>
    /// <exception cref="ApiException">It is something else: 400 or 415.</exception>
    /// <exception cref="BadHttpRequestException">It is larger, or broken off.</exception>
    public async Task<T> ReadAsync<T>(JsonTypeInfo<T> type, long? atMost = null)
        where T : class
    {
        if (atMost is not null && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
        {
            body.MaxRequestBodySize = atMost;
        }

        if (!context.Request.HasJsonContentType())
        {
            throw new ApiException(
                StatusCodes.Status415UnsupportedMediaType,
                "UNSUPPORTED_MEDIA_TYPE",
                $"the body has the type \"{context.Request.ContentType}\": send JSON, with the header Content-Type: application/json");
        }

        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, Aborted) ?? throw new ApiException("the body is null: send a JSON object");
        }
        catch (JsonException exception)
        {
            // The framework's own text names .NET types; position and path are what a client can use.
            var place = exception.LineNumber is { } line ? $"line {line + 1}, byte {exception.BytePositionInLine + 1}, path {exception.Path ?? "$"}" : exception.Path ?? "$";
            throw new ApiException($"the body is not what is expected at {place}: its fields are {string.Join(", ", type.Properties.Select(property => property.Name))}");
        }
    }

    /// <summary>A parameter of the query that is a day or a moment; null when it is not given.</summary>
    /// <param name="isEnd">Whether a day is meant with all its hours.</param>
    public DateTimeOffset? Moment(string name, bool isEnd)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (AuditFilter.ParseDay(text) is { } day)
        {
            return new DateTimeOffset(isEnd ? day.AddDays(1) : day, TimeOnly.MinValue, TimeSpan.Zero);
        }

        return DateTimeOffset.TryParseExact(text, MomentFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : throw Bad(name, text, "a day as 2026-03-01, or a moment as 2026-03-01T12:00:00Z (a + in it is written %2B)");
    }

    private static ApiException Bad(string name, string text, string wanted) => new($"the parameter {name} is \"{text}\": it can be {wanted}");
}
