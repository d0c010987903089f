using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>The kinds of servers, and of ways in, that the <c>redis</c> section names.</summary>
public sealed class RedisServerTests : IAsyncDisposable
{
    private static readonly string[] Rights =
        ["+sismember", "+sadd", "+srem", "+hmget", "+hmset", "+hset", "+hsetnx", "+hdel", "+del", "+@connection"];

    private readonly RedisPortal _portal = new();

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData(", protocol: 2, clientname: hub, disableidentity: true, readonly: true")]
    public async Task Server_WithAPassword_IsSignedInTo(string more)
    {
        await using var redis = await RedisServer.StartAsync(["--pass", "hidden-one", "--no-auth-warning"], "--requirepass", "hidden-one");
        using var client = await _portal.StartAsync($"addr: \"{redis.Server}\", password: hidden-one{more}");

        await RedisTests.RememberAsync(client, redis);
    }

    /// <summary>The user has the commands that are used for registries, and no more.</summary>
    [Fact]
    public async Task Server_WithUsers_IsSignedInToByName()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.AskAsync(["ACL", "SETUSER", "hub", "on", ">hidden-one", "~repository::*", "~blobs::*", .. Rights]);
        using var client = await _portal.StartAsync($"addr: \"{redis.Server}\", username: hub, password: hidden-one");

        await RedisTests.RememberAsync(client, redis);

        Assert.Contains("hub", (await redis.AskAsync("CLIENT", "LIST")).Select(UserIn));
    }

    [Fact]
    public async Task Server_ThatRefusesThePassword_IsAway_AndTheLogSaysWhy_WithoutIt()
    {
        await using var redis = await RedisServer.StartAsync("--requirepass", "hidden-one");
        var (client, process) = await _portal.StartProcessAsync(
            ("REGISTRY_REDIS_ADDR", redis.Server), ("REGISTRY_REDIS_PASSWORD", "hidden-two"));
        using var its = client;

        await client.PushImageAsync("team/app", "1");

        await Patience.UntilAsync(
            () => process.Output.FirstOrDefault(line => line.Contains("is away", StringComparison.Ordinal)), "the warning");
        await Patience.UntilAsync(
            () => process.Output.FirstOrDefault(line => Regex.IsMatch(line, "is away.*(WRONGPASS|NOAUTH)|refuses the sign-in")), "the reason");
        Assert.DoesNotContain(process.Output, line => line.Contains("hidden-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Database_ByItsNumber_HoldsWhatIsRemembered()
    {
        await using var redis = await RedisServer.StartAsync(credentials: ["-n", "3"]);
        using var client = await _portal.StartAsync($"addr: \"{redis.Server}\", db: 3");

        await RedisTests.RememberAsync(client, redis);
    }

    [Fact]
    public async Task Tls_OfAnAuthorityOfOnesOwn_ShowsAndTakesCertificates()
    {
        using var authority = new CertificateAuthority("Authority of Redis");
        var ours = WriteClient(authority);
        await using var redis = await RedisServer.StartTlsAsync(authority, ours, _portal.Folder.Path);

        using var client = await _portal.StartAsync(
            $"addr: \"{redis.Server}\", tls: {{ certificate: {ours}, key: {ours}, rootcas: [{_portal.Folder.Combine("redis-ca.pem")}] }}");

        await RedisTests.RememberAsync(client, redis);
    }

    [Fact]
    public async Task Tls_OfAnotherAuthority_IsAway()
    {
        using var authority = new CertificateAuthority("Authority of Redis");
        using var stranger = new CertificateAuthority("Authority of somebody");
        var ours = WriteClient(authority);
        await using var redis = await RedisServer.StartTlsAsync(authority, ours, _portal.Folder.Path);
        var (client, process) = await _portal.StartProcessAsync(
            ("REGISTRY_REDIS_ADDR", redis.Server),
            ("REGISTRY_REDIS_TLS_CERTIFICATE", ours), ("REGISTRY_REDIS_TLS_KEY", ours),
            ("REGISTRY_REDIS_TLS_CLIENTCAS_0", stranger.Write(_portal.Folder.Path, "stranger.pem")));
        using var its = client;

        await client.PushImageAsync("team/app", "1");

        await Patience.UntilAsync(
            () => process.Output.FirstOrDefault(line => line.Contains("is away", StringComparison.Ordinal)), "the warning");
        Assert.DoesNotContain(process.Output, line => line.Contains("answers", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sentinel_IsAskedForTheMaster_WithPasswordsOfTheirOwn()
    {
        await using var redis = await RedisServer.StartAsync(["--pass", "hidden-one", "--no-auth-warning"], "--requirepass", "hidden-one");
        await using var sentinel = await RedisServer.StartSentinelAsync(
            _portal.Folder.Path, redis, "sentinel auth-pass master hidden-one", "requirepass hidden-two");
        using var client = await _portal.StartAsync(
            $"addrs: [\"{sentinel.Server}\"], mastername: master, password: hidden-one, sentinelpassword: hidden-two");

        await RedisTests.RememberAsync(client, redis);
    }

    /// <summary>Nobody listens to a Sentinel's own talk, so that here it is a socket that does.</summary>
    [Fact]
    public async Task Sentinel_WithoutAPassword_IsNotShownTheMasters()
    {
        using var sentinel = new TcpListener(IPAddress.Loopback, 0);
        sentinel.Start();
        using var client = await _portal.StartAsync($"addrs: [\"{sentinel.LocalEndpoint}\"], mastername: master, password: hidden-one");

        using var connection = await sentinel.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var bytes = new byte[4096];
        var length = await connection.GetStream().ReadAtLeastAsync(bytes, "HELLO 3 and SENTINEL MASTERS".Length, cancellationToken: TestContext.Current.CancellationToken);

        var said = Encoding.UTF8.GetString(bytes, 0, length);
        Assert.Contains("HELLO", said, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-one", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cluster_GetsEachKeyWhereItBelongs()
    {
        var nodes = await RedisServer.StartClusterAsync(_portal.Folder);
        try
        {
            using var client = await _portal.StartAsync($"addrs: [{string.Join(", ", nodes.Select(node => $"\"{node.Server}\""))}]");

            var digest = await RedisTests.RememberAsync(client, nodes[0]);

            Assert.Equal([$"{digest}", "10"], await nodes[0].AskAsync("HMGET", $"blobs::{digest}", "digest", "size"));
            using var answer = await client.SendAsync(HttpMethod.Delete, $"/v2/team/app/blobs/{digest}");
            Assert.Empty(await nodes[0].BlobsOfAsync("team/app"));
        }
        finally
        {
            foreach (var node in nodes)
            {
                await node.DisposeAsync();
            }
        }
    }

    private static string UserIn(string client) => client.Split(' ').First(field => field.StartsWith("user=", StringComparison.Ordinal))["user=".Length..];

    private string WriteClient(CertificateAuthority authority)
    {
        var path = _portal.Folder.Combine("ours.pem");
        using var certificate = authority.IssueClient("hub");
        using var key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(path, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        return path;
    }
}
