using Portal.Registry.Tls;

namespace Portal.Registry.Configuration;

/// <summary>The <c>redis</c> section, in the forms of version 2 and of version 3.</summary>
public sealed record RedisConfiguration
{
    private const string Example = "redis:6379";

    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>The client here has nothing for them; the catalogue says why.</summary>
    private static readonly string[] WithoutEffect =
    [
        "contexttimeoutenabled", "poolsize", "poolfifo", "pooltimeout", "minidleconns", "maxidleconns", "maxactiveconns",
        "connmaxidletime", "connmaxlifetime", "maxredirects", "routebylatency", "unstableresp3",
    ];

    /// <summary>The servers, from <c>addr</c> or <c>addrs</c>.</summary>
    public IReadOnlyList<ListenAddress> Addresses { get; init; } = [];

    public string? ClientName { get; init; }

    public string? UserName { get; init; }

    public Secret? Password { get; init; }

    /// <summary>A cluster has no other than 0.</summary>
    public int Database { get; init; }

    /// <summary>The version of Redis's protocol: 2 or 3.</summary>
    public int Protocol { get; init; } = 3;

    /// <summary>The master that Sentinels are asked for; null: the servers are no Sentinels.</summary>
    public string? MasterName { get; init; }

    public string? SentinelUserName { get; init; }

    public Secret? SentinelPassword { get; init; }

    /// <summary>How long connecting may take.</summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>With <see cref="WriteTimeout"/>, how long a request waits for Redis.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(3);

    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Tries to connect, before anything is said.</summary>
    public int MaxRetries { get; init; } = 3;

    public TimeSpan MinRetryBackoff { get; init; } = TimeSpan.FromMilliseconds(8);

    public TimeSpan MaxRetryBackoff { get; init; } = TimeSpan.FromMilliseconds(512);

    /// <summary>Read from replicas of a cluster as well.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>As <see cref="ReadOnly"/>: replicas are read from in turn.</summary>
    public bool RouteRandomly { get; init; }

    /// <summary>Say nothing of the client when connecting.</summary>
    public bool IdentityDisabled { get; init; }

    /// <summary>Added to the client's name when connecting.</summary>
    public string? IdentitySuffix { get; init; }

    public RedisTlsConfiguration Tls { get; init; } = new();

    /// <summary>Several servers, and no Sentinels: a cluster, as upstream takes it.</summary>
    public bool IsCluster => Addresses.Count > 1 && MasterName is null;

    /// <summary>Whether all of it is the same, lists by what is in them.</summary>
    public bool IsSameAs(RedisConfiguration other)
    {
        return Addresses.SequenceEqual(other.Addresses)
            && Tls.Authorities.SequenceEqual(other.Tls.Authorities)
            && this == other with { Addresses = Addresses, Tls = other.Tls with { Authorities = Tls.Authorities } };
    }

    internal static RedisConfiguration Read(SectionReader redis)
    {
        var defaults = new RedisConfiguration();
        var configuration = new RedisConfiguration
        {
            Addresses = ReadAddresses(redis),
            ClientName = redis.Text("clientname"),
            UserName = redis.Text("username"),
            Password = redis.Secret("password"),
            Database = redis.Integer("db", defaults.Database, least: 0),
            Protocol = redis.Integer("protocol", defaults.Protocol, least: 2, most: 3),
            MasterName = redis.Text("mastername"),
            SentinelUserName = redis.Text("sentinelusername"),
            SentinelPassword = redis.Secret("sentinelpassword"),
            DialTimeout = ReadWait(redis, "dialtimeout", defaults.DialTimeout),
            ReadTimeout = ReadWait(redis, "readtimeout", defaults.ReadTimeout),
            WriteTimeout = ReadWait(redis, "writetimeout", defaults.WriteTimeout),
            MaxRetries = redis.Integer("maxretries", defaults.MaxRetries, least: 0, most: 100),
            MinRetryBackoff = ReadWait(redis, "minretrybackoff", defaults.MinRetryBackoff),
            MaxRetryBackoff = ReadWait(redis, "maxretrybackoff", defaults.MaxRetryBackoff),
            ReadOnly = redis.Flag("readonly"),
            RouteRandomly = redis.Flag("routerandomly"),
            IdentityDisabled = redis.Flag("disableidentity"),
            IdentitySuffix = redis.Text("identitysuffix"),
            Tls = RedisTlsConfiguration.Read(redis.Section("tls")),
        };
        if (configuration is { IsCluster: true, Database: > 0 })
        {
            redis.Warning("db", SettingProblem.DatabaseOfCluster, $"has no effect: several servers are a cluster, which has the database 0 alone; remove it");
        }

        PassOver(redis, WithoutEffect);
        PassOver(redis.Section("pool"), "maxidle", "maxactive", "idletimeout");
        return configuration;
    }

    /// <summary>Looks at nothing but the shape of what is written.</summary>
    private static void PassOver(SectionReader section, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            _ = section.Text(key);
        }
    }

    /// <summary>Nothing means what counts without the key, as upstream has it.</summary>
    private static TimeSpan ReadWait(SectionReader redis, string key, TimeSpan fallback) =>
        redis.Duration(key, fallback, TimeSpan.Zero, LongestWait) is { Ticks: > 0 } wait ? wait : fallback;

    private static IReadOnlyList<ListenAddress> ReadAddresses(SectionReader redis)
    {
        var one = redis.Address("addr", Example);
        var several = redis.Addresses("addrs", Example);
        if (redis.Has("addr") && redis.Has("addrs"))
        {
            redis.Error("addrs", SettingProblem.TwoKeysOfServers, $"addr names a server as well; keep one of the two");
        }
        else if (!redis.IsFilled("addr") && !redis.IsFilled("addrs"))
        {
            redis.Error("", SettingProblem.NoRedisServer, $"names no server; write for example \"addrs: [{Example}]\"");
        }

        return several ?? (one is null ? [] : [one]);
    }
}

/// <summary>The <c>redis.tls</c> section.</summary>
public sealed record RedisTlsConfiguration
{
    /// <summary>True as well when a certificate or an authority is named, as in version 3.</summary>
    public bool Enabled { get; init; }

    /// <summary>The certificate that this side shows; null for none.</summary>
    public CertificateFiles? Files { get; init; }

    /// <summary>PEM files of authorities that vouch for the servers; empty: the machine's own.</summary>
    public IReadOnlyList<string> Authorities { get; init; } = [];

    internal static RedisTlsConfiguration Read(SectionReader tls)
    {
        var files = TlsConfiguration.ReadFiles(tls);
        IReadOnlyList<string> authorities =
            [.. TlsConfiguration.ReadAuthorities(tls, "clientcas"), .. TlsConfiguration.ReadAuthorities(tls, "rootcas")];
        return new RedisTlsConfiguration
        {
            Enabled = tls.Flag("enabled", files is not null || authorities.Count > 0),
            Files = files,
            Authorities = authorities,
        };
    }
}
