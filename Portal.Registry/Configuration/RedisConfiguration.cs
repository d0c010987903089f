namespace Portal.Registry.Configuration;

/// <summary>The <c>redis</c> section, in the forms of version 2 and of version 3.</summary>
public sealed record RedisConfiguration
{
    private const string Example = "redis:6379";

    /// <summary>The servers, from <c>addr</c> or <c>addrs</c>.</summary>
    public IReadOnlyList<ListenAddress> Addresses { get; init; } = [];

    public string? ClientName { get; init; }

    public string? UserName { get; init; }

    public Secret? Password { get; init; }

    public int Database { get; init; }

    /// <summary>The version of Redis's protocol: 2 or 3.</summary>
    public int Protocol { get; init; } = 3;

    /// <summary>The master that Sentinels are asked for; null: the servers are no Sentinels.</summary>
    public string? MasterName { get; init; }

    public string? SentinelUserName { get; init; }

    public Secret? SentinelPassword { get; init; }

    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(3);

    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(3);

    public int MaxRetries { get; init; } = 3;

    public TimeSpan MinRetryBackoff { get; init; } = TimeSpan.FromMilliseconds(8);

    public TimeSpan MaxRetryBackoff { get; init; } = TimeSpan.FromMilliseconds(512);

    public bool ContextTimeoutEnabled { get; init; }

    public RedisPoolConfiguration Pool { get; init; } = new();

    public int MaxRedirects { get; init; } = 3;

    /// <summary>Read from replicas of a cluster as well.</summary>
    public bool ReadOnly { get; init; }

    public bool RouteByLatency { get; init; }

    public bool RouteRandomly { get; init; }

    public RedisTlsConfiguration Tls { get; init; } = new();

    internal static RedisConfiguration Read(SectionReader redis)
    {
        var defaults = new RedisConfiguration();
        return new RedisConfiguration
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
            DialTimeout = redis.Duration("dialtimeout", defaults.DialTimeout),
            ReadTimeout = redis.Duration("readtimeout", defaults.ReadTimeout),
            WriteTimeout = redis.Duration("writetimeout", defaults.WriteTimeout),
            MaxRetries = redis.Integer("maxretries", defaults.MaxRetries, least: 0),
            MinRetryBackoff = redis.Duration("minretrybackoff", defaults.MinRetryBackoff),
            MaxRetryBackoff = redis.Duration("maxretrybackoff", defaults.MaxRetryBackoff),
            ContextTimeoutEnabled = redis.Flag("contexttimeoutenabled"),
            Pool = RedisPoolConfiguration.Read(redis),
            MaxRedirects = redis.Integer("maxredirects", defaults.MaxRedirects, least: 0),
            ReadOnly = redis.Flag("readonly"),
            RouteByLatency = redis.Flag("routebylatency"),
            RouteRandomly = redis.Flag("routerandomly"),
            Tls = RedisTlsConfiguration.Read(redis.Section("tls")),
        };
    }

    private static IReadOnlyList<ListenAddress> ReadAddresses(SectionReader redis)
    {
        var one = redis.Address("addr", Example);
        var several = redis.List<ListenAddress>("addrs", ListenAddress.TryParse, $"host:port; write for example \"{Example}\"");
        switch (redis.Has("addr"), redis.Has("addrs"))
        {
            case (true, true):
                redis.Error("addrs", "addr names a server as well; keep one of the two");
                break;
            case (false, false):
                redis.Error("", $"names no server; write for example \"addrs: [{Example}]\"");
                break;
        }

        return several ?? (one is null ? [] : [one]);
    }
}

/// <summary>The connections that are kept to the servers, by the names of version 3; those of version 2 stand in for them.</summary>
public sealed record RedisPoolConfiguration
{
    /// <summary>Connections that may be open.</summary>
    public int Size { get; init; } = 64;

    /// <summary>Take the connection that waited longest.</summary>
    public bool Fifo { get; init; }

    /// <summary>How long one waits for a connection.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(4);

    public int MinIdle { get; init; }

    public int MaxIdle { get; init; } = 16;

    /// <summary>0 for no bound beside <see cref="Size"/>.</summary>
    public int MaxActive { get; init; }

    public TimeSpan MaxIdleTime { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Zero for ever.</summary>
    public TimeSpan MaxLifetime { get; init; }

    internal static RedisPoolConfiguration Read(SectionReader redis)
    {
        var defaults = new RedisPoolConfiguration();
        var pool = redis.Section("pool");
        return new RedisPoolConfiguration
        {
            Size = redis.Integer("poolsize", pool.Integer("maxactive", defaults.Size, least: 1), least: 1),
            Fifo = redis.Flag("poolfifo"),
            Timeout = redis.Duration("pooltimeout", defaults.Timeout),
            MinIdle = redis.Integer("minidleconns", defaults.MinIdle, least: 0),
            MaxIdle = redis.Integer("maxidleconns", pool.Integer("maxidle", defaults.MaxIdle, least: 0), least: 0),
            MaxActive = redis.Integer("maxactiveconns", defaults.MaxActive, least: 0),
            MaxIdleTime = redis.Duration("connmaxidletime", pool.Duration("idletimeout", defaults.MaxIdleTime)),
            MaxLifetime = redis.Duration("connmaxlifetime", defaults.MaxLifetime),
        };
    }
}

/// <summary>The <c>redis.tls</c> section.</summary>
public sealed record RedisTlsConfiguration
{
    /// <summary>True as well when a certificate or an authority is named, as in version 3.</summary>
    public bool Enabled { get; init; }

    /// <summary>The PEM file of the certificate that this side shows; null for none.</summary>
    public string? Certificate { get; init; }

    public string? Key { get; init; }

    /// <summary>PEM files of authorities; empty: the machine's own.</summary>
    public IReadOnlyList<string> ClientCas { get; init; } = [];

    internal static RedisTlsConfiguration Read(SectionReader tls)
    {
        var certificate = tls.Text("certificate");
        var key = tls.Text("key");
        var authorities = tls.TextList("clientcas");
        if (certificate is not null || key is not null)
        {
            tls.RequireAll("certificate", "key");
        }

        return new RedisTlsConfiguration
        {
            Enabled = tls.Flag("enabled", certificate is not null || authorities.Count > 0),
            Certificate = certificate,
            Key = key,
            ClientCas = authorities,
        };
    }
}
