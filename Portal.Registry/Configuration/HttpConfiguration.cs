using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Portal.Registry.Configuration;

/// <summary>The <c>http</c> section: the registry's listener and what its answers carry.</summary>
public sealed record HttpConfiguration
{
    /// <summary>Where the registry listens; <c>:5000</c> unless set.</summary>
    public ListenAddress Addr { get; init; } = new("", 5000);

    /// <summary>What comes before <c>v2/</c> in every path; begins and ends with a slash. <c>/</c> unless set.</summary>
    public string Prefix { get; init; } = "/";

    /// <summary>The address under which clients know the registry, for Location and Link; null: the request's own.</summary>
    public Uri? Host { get; init; }

    /// <summary>Location headers without scheme and host.</summary>
    public bool RelativeUrls { get; init; }

    /// <summary>Signs the state of uploads; to be shared by registries behind one balancer. Null: each start makes its own.</summary>
    public string? Secret { get; init; }

    /// <summary>How long requests under way may take to finish at the end; zero: they are cut off.</summary>
    public TimeSpan DrainTimeout { get; init; }

    /// <summary>Added to every answer of the registry; names are compared without case.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Headers { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>HTTP/1.1 only.</summary>
    public bool Http2Disabled { get; init; }

    internal static HttpConfiguration Read(SectionReader http)
    {
        var defaults = new HttpConfiguration();
        return new HttpConfiguration
        {
            Addr = http.Value("addr", defaults.Addr, ListenAddress.TryParse, "host:port; write for example \":5000\""),
            Prefix = http.Value("prefix", defaults.Prefix, TryParsePrefix, "a path; write for example \"/registry/\""),
            Host = http.Value("host", defaults.Host, TryParseHost, "an address; write for example \"https://registry.example.com\""),
            RelativeUrls = http.Flag("relativeurls"),
            Secret = http.Text("secret"),
            DrainTimeout = http.Duration("draintimeout", defaults.DrainTimeout),
            Headers = http.Headers("headers"),
            Http2Disabled = http.Section("http2").Flag("disabled"),
        };
    }

    private static bool TryParsePrefix(string text, [MaybeNullWhen(false)] out string prefix)
    {
        var path = text.Trim('/');
        prefix = path.Length == 0 ? "/" : $"/{path}/";
        return !prefix.Contains("//", StringComparison.Ordinal)
            && !prefix.Contains("/../", StringComparison.Ordinal)
            && !prefix.Contains("/./", StringComparison.Ordinal)
            && !prefix.AsSpan().ContainsAny("?#%\\ ")
            && !prefix.AsSpan().ContainsAnyExceptInRange('!', '~');
    }

    private static bool TryParseHost(string text, out Uri? host) =>
        Uri.TryCreate(text, UriKind.Absolute, out host)
        && (host.Scheme == Uri.UriSchemeHttp || host.Scheme == Uri.UriSchemeHttps)
        && host is { Query: "", Fragment: "", UserInfo: "" };

    /// <summary>Everything but the secret, which must not reach a log.</summary>
    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"Addr = {Addr}, Prefix = {Prefix}, Host = {Host}, RelativeUrls = {RelativeUrls}, ")
            .Append($"Secret = {(Secret is null ? "none" : "***")}, DrainTimeout = {DrainTimeout}, ")
            .Append($"Headers = {string.Join(", ", Headers.Keys)}, Http2Disabled = {Http2Disabled}");
        return true;
    }
}
