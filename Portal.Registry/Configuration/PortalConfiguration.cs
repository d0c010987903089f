using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Portal.Registry.Configuration;

/// <summary>The <c>portal</c> section, which upstream does not have and skips: the UI, and limits of the registry.</summary>
public sealed record PortalConfiguration
{
    /// <summary>Loopback, private and link-local networks: where a proxy on the same machine or container network is.</summary>
    private static readonly IReadOnlyList<IPNetwork> LocalNetworks =
    [
        IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("::1/128"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10"),
    ];

    // Less than a push may take between its first blob and its manifest would take its blobs away.
    private static readonly TimeSpan LeastGrace = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan MostGrace = TimeSpan.FromDays(366);

    /// <summary>Where the UI listens; <c>:5080</c> unless set, null when set to nothing: no UI.</summary>
    public ListenAddress? Addr { get; init; } = new("", 5080);

    /// <summary>The SQLite file, relative to the data directory; <c>portal.db</c> unless set.</summary>
    public string Database { get; init; } = "portal.db";

    /// <summary>The name at the top of each page.</summary>
    public string Title { get; init; } = "Registry Portal";

    /// <summary>Where the portal keeps its own files; null: the filesystem driver's root, else <c>./data</c>.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Whose <c>X-Forwarded-*</c> headers are believed; loopback, private and link-local networks unless set.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = LocalNetworks;

    /// <summary>The UI's own TLS.</summary>
    public PortalTlsConfiguration Tls { get; init; } = new();

    /// <summary>The first administrator; null: none is named.</summary>
    public AdminConfiguration? Admin { get; init; }

    /// <summary>How long a browser stays signed in.</summary>
    public SessionConfiguration Session { get; init; } = new();

    /// <summary>Sign-in by a server elsewhere; null for none.</summary>
    public OpenIdConfiguration? OpenId { get; init; }

    /// <summary>Tokens of the portal's own; null: it makes none.</summary>
    public TokenServerConfiguration? TokenServer { get; init; }

    /// <summary>How long lines of the audit trail are kept; zero for ever. A year unless set.</summary>
    public TimeSpan AuditRetention { get; init; } = TimeSpan.FromDays(365);

    /// <summary>How events are sent.</summary>
    public PortalNotificationsConfiguration Notifications { get; init; } = new();

    /// <summary><c>portal.reporting.newrelicendpoint</c>: where reports for New Relic go; null: to New Relic.</summary>
    public Uri? NewRelicEndpoint { get; init; }

    /// <summary>How long rows of the activity are kept; zero for ever. 90 days unless set.</summary>
    public TimeSpan ActivityRetention { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long a garbage collection leaves alone what was written. 24 hours unless set.</summary>
    public TimeSpan GarbageGrace { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Registries elsewhere that the pages show; no two have the same name.</summary>
    public IReadOnlyList<RemoteRegistryConfiguration> Registries { get; init; } = [];

    /// <summary>How much a client may ask.</summary>
    public LimitsConfiguration Limits { get; init; } = new();

    /// <param name="portal">Where it is written.</param>
    /// <param name="endpoints">Where events are sent.</param>
    internal static PortalConfiguration Read(SectionReader portal, IReadOnlyList<NotificationEndpointConfiguration> endpoints)
    {
        var defaults = new PortalConfiguration();
        var hasNoAddress = portal.Has("addr") && string.IsNullOrEmpty(portal.Text("addr"));
        return new PortalConfiguration
        {
            Addr = hasNoAddress
                ? null
                : portal.Value("addr", defaults.Addr, ListenAddress.TryParse, Expected.HostAndPort(":5080")),
            Database = ReadDatabase(portal, defaults.Database),
            Title = portal.Text("title") ?? defaults.Title,
            DataDirectory = portal.Text("datadirectory"),
            TrustedProxies = portal.List<IPNetwork>("trustedproxies", TryParseNetwork, Expected.Network)
                ?? defaults.TrustedProxies,
            Tls = PortalTlsConfiguration.Read(portal.Section("tls")),
            Admin = portal.FilledSection("admin") is { } admin ? AdminConfiguration.Read(admin) : null,
            Session = SessionConfiguration.Read(portal.Section("session")),
            OpenId = portal.FilledSection("openid") is { } openId ? OpenIdConfiguration.Read(openId) : null,
            TokenServer = TokenServerConfiguration.Read(portal.Section("tokenserver")),
            AuditRetention = portal.Section("audit").Duration("retention", defaults.AuditRetention),
            Notifications = PortalNotificationsConfiguration.Read(portal.Section("notifications"), endpoints),
            NewRelicEndpoint = portal.Section("reporting").Url("newrelicendpoint"),
            ActivityRetention = portal.Section("activity").Duration("retention", defaults.ActivityRetention),
            GarbageGrace = portal.Section("garbagecollection").Duration("grace", defaults.GarbageGrace, LeastGrace, MostGrace),
            Registries = RemoteRegistryConfiguration.ReadAll(portal),
            Limits = LimitsConfiguration.Read(portal.Section("limits")),
        };
    }

    private static string ReadDatabase(SectionReader portal, string fallback)
    {
        var database = portal.Text("database");
        if (database?.Contains("Host=", StringComparison.OrdinalIgnoreCase) is true)
        {
            // Such a string holds a password: it is not repeated here.
            portal.Error("database", SettingProblem.NoPostgreSql, $"this version does not support PostgreSQL yet; name a file, for example \"portal.db\"");
        }

        return string.IsNullOrEmpty(database) ? fallback : database;
    }

    /// <summary>A network, or an address for a network of one.</summary>
    private static bool TryParseNetwork(string text, [MaybeNullWhen(false)] out IPNetwork network)
    {
        if (IPAddress.TryParse(text, out var address))
        {
            network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            return true;
        }

        return IPNetwork.TryParse(text, out network);
    }
}

/// <summary>The <c>portal.admin</c> section.</summary>
/// <param name="UserName">The name.</param>
/// <param name="Password">Null for a user whose password, or way to sign in, is elsewhere.</param>
public sealed record AdminConfiguration(string UserName, Secret? Password)
{
    internal static AdminConfiguration Read(SectionReader admin)
    {
        var name = admin.Text("username") ?? "";
        if (name.Any(character => character == ':' || char.IsControl(character)))
        {
            admin.Error("username", SettingProblem.AdministratorsName, $"holds a colon or a control character, which clients cannot send; write another name");
        }

        return new AdminConfiguration(name, admin.Secret("password"));
    }
}
