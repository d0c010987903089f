using Portal.Registry.Configuration;

namespace Portal.Tests.Unit.Configuration;

public sealed class RedisSectionTests
{
    private const string Cached = "  cache: {blobdescriptor: redis}\n";

    [Fact]
    public void Read_FormOfVersion3_GivesEachValueItsPlace()
    {
        var redis = ConfigurationText.Good(Cached + """
            redis:
              addrs: ["one:26379", "two:26379"]
              mastername: hub
              clientname: portal
              username: u
              password: p
              sentinelusername: su
              sentinelpassword: sp
              db: 3
              protocol: 2
              dialtimeout: 2s
              readtimeout: 100ms
              writetimeout: 200ms
              maxretries: 5
              minretrybackoff: 10ms
              maxretrybackoff: 1s
              readonly: true
              routerandomly: true
              disableidentity: true
              identitysuffix: eu
              tls: {enabled: true}
            """).Redis!;

        Assert.Equal(
            new RedisConfiguration
            {
                Addresses = redis.Addresses,
                MasterName = "hub",
                ClientName = "portal",
                UserName = "u",
                Password = new Secret("p"),
                SentinelUserName = "su",
                SentinelPassword = new Secret("sp"),
                Database = 3,
                Protocol = 2,
                DialTimeout = TimeSpan.FromSeconds(2),
                ReadTimeout = TimeSpan.FromMilliseconds(100),
                WriteTimeout = TimeSpan.FromMilliseconds(200),
                MaxRetries = 5,
                MinRetryBackoff = TimeSpan.FromMilliseconds(10),
                MaxRetryBackoff = TimeSpan.FromSeconds(1),
                ReadOnly = true,
                RouteRandomly = true,
                IdentityDisabled = true,
                IdentitySuffix = "eu",
                Tls = redis.Tls,
            },
            redis);
        Assert.Equal([new ListenAddress("one", 26379), new ListenAddress("two", 26379)], redis.Addresses);
        Assert.True(redis.Tls.Enabled);
        Assert.False(redis.IsCluster);
    }

    /// <summary>Its defaults count only where it is written.</summary>
    [Theory]
    [InlineData("", false)]
    [InlineData("redis:\n", false)]
    [InlineData("  cache: {blobdescriptor: redis}\nredis: {addr: \"a:1\"}\n", true)]
    public void Effective_Section_IsShownWhereItIsWritten(string text, bool isShown) =>
        Assert.Equal(isShown, ConfigurationText.Load(ConfigurationText.Head + text).Effective!.Contains("  readtimeout: 3s", StringComparison.Ordinal));

    [Theory]
    [InlineData("readtimeout: 0s")]
    [InlineData("readtimeout: 0")]
    [InlineData("maxretrybackoff: 0")]
    public void Read_WaitOfNothing_IsTheDefault(string key) =>
        Assert.Equivalent(
            ConfigurationText.Good($"{Cached}redis: {{addr: \"a:1\"}}").Redis, ConfigurationText.Good($"{Cached}redis: {{addr: \"a:1\", {key}}}").Redis);

    [Theory]
    [InlineData("contexttimeoutenabled: true", "contexttimeoutenabled: has no effect: a request that ends never waits for Redis")]
    [InlineData("pool: {maxidle: 16}", "pool.maxidle: has no effect: every request shares one connection to each server")]
    [InlineData("pool: {maxactive: 64}", "pool.maxactive: has no effect: every request shares one connection to each server")]
    [InlineData("pool: {idletimeout: 300s}", "pool.idletimeout: has no effect: every request shares one connection to each server")]
    [InlineData("poolsize: 64", "poolsize: has no effect: every request shares one connection to each server")]
    [InlineData("poolfifo: true", "poolfifo: has no effect: every request shares one connection to each server")]
    [InlineData("pooltimeout: 4s", "pooltimeout: has no effect: every request shares one connection to each server")]
    [InlineData("minidleconns: 1", "minidleconns: has no effect: every request shares one connection to each server")]
    [InlineData("maxidleconns: 1", "maxidleconns: has no effect: every request shares one connection to each server")]
    [InlineData("maxactiveconns: 1", "maxactiveconns: has no effect: every request shares one connection to each server")]
    [InlineData("connmaxidletime: 1s", "connmaxidletime: has no effect: every request shares one connection to each server")]
    [InlineData("connmaxlifetime: 1s", "connmaxlifetime: has no effect: every request shares one connection to each server")]
    [InlineData("maxredirects: 1", "maxredirects: has no effect: the layout of a cluster is read before, and again when it changes")]
    [InlineData("routebylatency: true", "routebylatency: has no effect: no latency is measured; write readonly to read from replicas")]
    [InlineData("unstableresp3: true", "unstableresp3: has no effect: no such command is used")]
    public void Read_KeyThatChangesNothing_IsAWarningOfItsName(string key, string expected) =>
        Assert.Equal($"config.yml:6: warning: redis.{expected}; remove it", ConfigurationText.Warning($"{Cached}redis: {{addr: \"a:1\", {key}}}"));

    [Theory]
    [InlineData("protocol: 2")]
    [InlineData("addr: ")]
    [InlineData("addrs: []")]
    public void Read_NoServer_IsAnError(string key) =>
        Assert.Equal("config.yml:6: redis: names no server; write for example \"addrs: [redis:6379]\"", ConfigurationText.Error($"{Cached}redis: {{{key}, db: 0}}"));

    [Fact]
    public void Read_DatabaseOfACluster_IsAWarning() =>
        Assert.Equal(
            "config.yml:6: warning: redis.db: has no effect: several servers are a cluster, which has the database 0 alone; remove it",
            ConfigurationText.Warning($"{Cached}redis: {{addrs: [\"a:1\", \"b:1\"], db: 1}}"));

    [Fact]
    public void Read_SizeOfTheMemorysCache_IsAWarning() =>
        Assert.Equal(
            "config.yml:5: warning: storage.cache.blobdescriptorsize: has no effect with redis, whose own maxmemory bounds it; remove it",
            ConfigurationText.Warning("  cache: {blobdescriptor: redis, blobdescriptorsize: 5}\nredis: {addr: \"a:1\"}"));
}
