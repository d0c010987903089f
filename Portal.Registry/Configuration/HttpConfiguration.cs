using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Portal.Registry.Configuration;

/// <summary>The <c>http</c> section: the registry's listener and what its answers carry.</summary>
public sealed record HttpConfiguration
{
    // sun_path of unix(7), without the zero at its end.
    private const int LongestSocketPath = 107;

    private static readonly Dictionary<string, bool> Networks =
        new(StringComparer.Ordinal) { ["tcp"] = false, ["unix"] = true };

    /// <summary>Where the registry listens; <c>:5000</c> unless set.</summary>
    public ListenAddress Addr { get; init; } = new("", 5000);

    /// <summary>The unix socket that the registry listens on instead (<c>net: unix</c>), an absolute path; null for TCP.</summary>
    public string? SocketPath { get; init; }

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

    /// <summary>HTTP/1.1 only, with TLS too.</summary>
    public bool Http2Disabled { get; init; }

    /// <summary>HTTP/2 beside HTTP/1.1 where there is no TLS, for clients that begin with it.</summary>
    public bool H2cEnabled { get; init; }

    /// <summary>TLS for the registry's listener; null for none.</summary>
    public TlsConfiguration? Tls { get; init; }

    /// <summary>The listener for those who run the registry; null for none.</summary>
    public DebugConfiguration? Debug { get; init; }

    internal static HttpConfiguration Read(SectionReader http)
    {
        var defaults = new HttpConfiguration();
        var isUnix = http.Choice("net", false, Networks);
        var configuration = new HttpConfiguration
        {
            Addr = isUnix
                ? defaults.Addr
                : http.Value("addr", defaults.Addr, ListenAddress.TryParse, Expected.HostAndPort(":5000")),
            SocketPath = isUnix ? ReadSocketPath(http) : null,
            Prefix = http.Value("prefix", defaults.Prefix, TryParsePrefix, Expected.UrlPath("/registry/")),
            Host = http.Value("host", defaults.Host, TryParseHost, Expected.Url("https://registry.example.com")),
            RelativeUrls = http.Flag("relativeurls"),
            Secret = http.Text("secret"),
            DrainTimeout = http.Duration("draintimeout", defaults.DrainTimeout),
            Headers = http.Headers("headers"),
            Http2Disabled = http.Section("http2").Flag("disabled"),
            H2cEnabled = http.Section("h2c").Flag("enabled"),
            Tls = TlsConfiguration.Read(http.Section("tls")),
            Debug = DebugConfiguration.Read(http.Section("debug")),
        };
        if (configuration is { H2cEnabled: true, Http2Disabled: true })
        {
            http.Error("h2c", SettingProblem.Http2IsOff, $"is on while http.http2.disabled is true; keep one of the two");
        }
        else if (configuration is { H2cEnabled: true, Tls: not null })
        {
            http.Warning("h2c", SettingProblem.Http2WithTls, $"has no effect with TLS, where clients choose HTTP/2 by themselves; remove it");
        }

        return configuration;
    }

    private static string? ReadSocketPath(SectionReader http)
    {
        if (http.Text("addr") is not { } path)
        {
            http.Error("net", SettingProblem.SocketWithoutPath, $"unix needs the socket's path in http.addr; write for example \"addr: /run/registry.sock\"");
            return null;
        }

        var absolute = path.Contains('\0') ? "" : Path.GetFullPath(path);
        if (absolute.Length == 0 || Encoding.UTF8.GetByteCount(absolute) > LongestSocketPath)
        {
            http.Error("addr", SettingProblem.SocketPath, $"\"{ConfigurationProblems.Cut(path)}\" is not a path of at most {LongestSocketPath} bytes, which is what the system takes for a socket");
        }

        return absolute;
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
        text.Append($"Addr = {SocketPath ?? Addr.ToString()}, Prefix = {Prefix}, Host = {Host}, RelativeUrls = {RelativeUrls}, ")
            .Append($"Secret = {(Secret is null ? "none" : "***")}, DrainTimeout = {DrainTimeout}, ")
            .Append($"Headers = {string.Join(", ", Headers.Keys)}, Http2Disabled = {Http2Disabled}, H2cEnabled = {H2cEnabled}, ")
            .Append($"Tls = {Tls}, Debug = {Debug}");
        return true;
    }
}
