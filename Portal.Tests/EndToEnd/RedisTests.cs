using System.Net;
using Portal.Storage.Layout;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using Portal.Web.Commands;

namespace Portal.Tests.EndToEnd;

/// <summary><c>storage.cache.blobdescriptor: redis</c> with a real server.</summary>
public sealed class RedisTests : IAsyncDisposable
{
    private static readonly byte[] Blob = "remembered"u8.ToArray();

    private readonly RedisPortal _portal = new();

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task Blob_ThatWasAskedFor_LiesUnderUpstreamsKeys()
    {
        await using var redis = await RedisServer.StartAsync();
        using var client = await _portal.StartAsync($"addr: \"{redis.Server}\"");

        var digest = await RememberAsync(client, redis);

        Assert.Equal([$"{digest}"], await redis.BlobsOfAsync("team/app"));
        Assert.Equal([$"{digest}", "10", "application/octet-stream"], await redis.AskAsync("HMGET", $"blobs::{digest}", "digest", "size", "mediatype"));
        Assert.Equal(["mediatype", "application/octet-stream"], await redis.AskAsync("HGETALL", $"repository::team/app::blobs::{digest}"));
    }

    /// <summary>The link is taken away behind its back: who still says that the blob is there has it from Redis.</summary>
    [Fact]
    public async Task Blob_ThatIsRemembered_IsToldFromRedisAlone_ToEveryReplica()
    {
        await using var redis = await RedisServer.StartAsync();
        using var first = await _portal.StartAsync($"addr: \"{redis.Server}\"");
        var digest = await RememberAsync(first, redis);
        using var second = await _portal.StartAsync($"addr: \"{redis.Server}\"");
        await AnswersAsync(redis, second);
        File.Delete(LinkOf(digest));

        Assert.Equal(HttpStatusCode.OK, await HeadAsync(first, digest));
        Assert.Equal(HttpStatusCode.OK, await HeadAsync(second, digest));
        Assert.Equal(HttpStatusCode.NotFound, await HeadAsync(first, digest, "team/other"));
    }

    [Fact]
    public async Task Blob_DeletedAtOneReplica_IsGoneAtTheOther()
    {
        await using var redis = await RedisServer.StartAsync();
        using var first = await _portal.StartAsync($"addr: \"{redis.Server}\"");
        var digest = await RememberAsync(first, redis);
        using var second = await _portal.StartAsync($"addr: \"{redis.Server}\"");
        await AnswersAsync(redis, second);
        Assert.Equal(HttpStatusCode.OK, await HeadAsync(second, digest));

        await DeleteAsync(first, digest);

        Assert.Equal(HttpStatusCode.NotFound, await HeadAsync(second, digest));
        Assert.Empty(await redis.BlobsOfAsync("team/app"));
        Assert.Equal(["0"], await redis.AskAsync("EXISTS", $"blobs::{digest}", $"repository::team/app::blobs::{digest}"));
    }

    [Fact]
    public async Task Redis_ThatDiesAndComesBack_CostsNoRequest_AndIsUsedAgain()
    {
        await using var redis = await RedisServer.StartAsync();
        var (client, process) = await _portal.StartProcessAsync(("REGISTRY_REDIS_ADDR", redis.Server));
        using var its = client;
        var digest = await RememberAsync(client, redis);

        await redis.KillAsync();
        for (var request = 0; request < 50; request++)
        {
            Assert.Equal(HttpStatusCode.OK, await HeadAsync(client, digest));
        }

        await redis.StartAsync();
        await AnswersAsync(redis, client);
        await RememberAsync(client, redis);

        await Patience.UntilAsync(
            () => process.Output.Count(line => line.Contains($"Redis at {redis.Server} answers", StringComparison.Ordinal)) is 2 ? "both" : null, "both answers");
        Assert.Single(process.Output, line => line.Contains($"Redis at {redis.Server} is away", StringComparison.Ordinal));
    }

    /// <summary>What answers nothing is waited for once, by whoever meets it first.</summary>
    [Fact]
    public async Task Redis_ThatHangs_IsWaitedForOnce()
    {
        await using var redis = await RedisServer.StartAsync();
        var (client, process) = await _portal.StartProcessAsync(
            ("REGISTRY_REDIS_ADDR", redis.Server), ("REGISTRY_REDIS_READTIMEOUT", "1s"), ("REGISTRY_REDIS_WRITETIMEOUT", "1s"));
        using var its = client;
        var digest = await RememberAsync(client, redis);

        await redis.FreezeAsync();
        var started = TimeProvider.System.GetTimestamp();
        for (var request = 0; request < 50; request++)
        {
            Assert.Equal(HttpStatusCode.OK, await HeadAsync(client, digest));
        }

        var took = TimeProvider.System.GetElapsedTime(started);
        await Patience.UntilAsync(
            () => process.Output.FirstOrDefault(line => line.Contains("is away", StringComparison.Ordinal)), "the warning");
        Assert.Single(process.Output, line => line.Contains("is away", StringComparison.Ordinal));
        await redis.ThawAsync();

        // Once two seconds; fifty times would be a hundred.
        Assert.InRange(took, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(90));
        await AnswersAsync(redis, client);
    }

    [Fact]
    public async Task Redis_ThatComesAfterTheStart_IsUsedThen()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.KillAsync();
        var (client, process) = await _portal.StartProcessAsync(("REGISTRY_REDIS_ADDRS_0", redis.Server));
        using var its = client;
        var digest = await client.PushBlobAsync("team/app", Blob);
        Assert.Equal(HttpStatusCode.OK, await HeadAsync(client, digest));
        await Patience.UntilAsync(
            () => process.Output.FirstOrDefault(line => line.Contains("is away", StringComparison.Ordinal)), "the warning");

        await redis.StartAsync();

        await RememberAsync(client, redis);
    }

    /// <summary>Redis keeps what it knew, and learns of the delete before anything is asked of it again.</summary>
    [Fact]
    public async Task Blob_DeletedWhileRedisHangs_IsGoneWhenItIsBack()
    {
        await using var redis = await RedisServer.StartAsync();
        using var client = await _portal.StartAsync($"addr: \"{redis.Server}\", readtimeout: 200ms, writetimeout: 200ms");
        var digest = await RememberAsync(client, redis);

        await redis.FreezeAsync();
        await DeleteAsync(client, digest);
        Assert.Equal(HttpStatusCode.NotFound, await HeadAsync(client, digest));
        await redis.ThawAsync();

        await AnswersAsync(redis, client);
        Assert.Equal(HttpStatusCode.NotFound, await HeadAsync(client, digest));
        Assert.Empty(await redis.BlobsOfAsync("team/app"));
    }

    [Fact]
    public async Task Process_WithoutRedis_LoadsNothingOfIt_WithRedisIt()
    {
        await using var redis = await RedisServer.StartAsync();
        var address = ChildProcess.FreeAddress();
        await using var without = await PortalProcess.StartAsync(address, _portal.Folder.Combine("another"));
        using var itsClient = new RegistryClient(address);
        await itsClient.PushImageAsync("team/app", "1");
        var (client, with) = await _portal.StartProcessAsync(("REGISTRY_REDIS_ADDR", redis.Server));
        using var its = client;
        await RememberAsync(client, redis);

        Assert.DoesNotContain(without.MappedFiles(), file => file is "StackExchange.Redis.dll" or "RESPite.dll");
        Assert.Contains("StackExchange.Redis.dll", with.MappedFiles());
    }

    /// <summary>The running server would go on to say that a blob is there, and a push would leave it out.</summary>
    [Fact]
    public async Task Blob_ThatTheCommandCollects_IsGoneAtTheRunningServer()
    {
        await using var redis = await RedisServer.StartAsync();
        using var client = await _portal.StartAsync($"addr: \"{redis.Server}\"");
        var digest = await RememberAsync(client, redis);
        var path = _portal.Folder.Combine("collect.yml");
        await File.WriteAllTextAsync(path, $$"""
            version: 0.1
            storage: { filesystem: { rootdirectory: "{{_portal.Store}}" }, cache: { blobdescriptor: redis } }
            http: { addr: "127.0.0.1:0" }
            redis: { addr: "{{redis.Server}}" }
            """);

        using var output = new StringWriter();
        using var error = new StringWriter();
        var status = await GarbageCollectCommand.RunAsync(
            new GarbageCollectArguments(path), path, new Dictionary<string, string>(), output, error, CancellationToken.None);

        Assert.Equal((ExitStatus.Done, ""), (status, error.ToString()));
        Assert.Contains($"blob eligible for deletion: {digest}", output.ToString());
        Assert.Empty(await redis.BlobsOfAsync("team/app"));
        Assert.Equal(["0"], await redis.AskAsync("EXISTS", $"blobs::{digest}", $"repository::team/app::blobs::{digest}"));
        Assert.Equal(HttpStatusCode.NotFound, await HeadAsync(client, digest));
        await client.PushImageAsync("team/app", "1");
        Assert.Equal(digest, await RememberAsync(client, redis));
        using var content = await client.GetAsync($"/v2/team/app/blobs/{digest}");
        Assert.Equal(Blob, await content.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Pushes a blob and asks for it until Redis has it: the portal connects when it likes.</summary>
    internal static async Task<Digest> RememberAsync(RegistryClient client, RedisServer redis)
    {
        var digest = await client.PushBlobAsync("team/app", Blob);
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while (!(await redis.BlobsOfAsync("team/app")).Contains($"{digest}"))
        {
            Assert.Equal(HttpStatusCode.OK, await HeadAsync(client, digest));
            await Task.Delay(20, deadline.Token);
        }

        return digest;
    }

    /// <summary>Waits until the portal asks Redis.</summary>
    private static async Task AnswersAsync(RedisServer redis, RegistryClient client)
    {
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        for (var before = await redis.CallsOfAsync("hmget"); await redis.CallsOfAsync("hmget") == before; await Task.Delay(20, deadline.Token))
        {
            await HeadAsync(client, Digest.Of("nobody has it"u8));
        }
    }

    private static async Task<HttpStatusCode> HeadAsync(RegistryClient client, Digest digest, string repository = "team/app")
    {
        using var answer = await client.SendAsync(HttpMethod.Head, $"/v2/{repository}/blobs/{digest}");
        return answer.StatusCode;
    }

    private static async Task DeleteAsync(RegistryClient client, Digest digest)
    {
        using var answer = await client.SendAsync(HttpMethod.Delete, $"/v2/team/app/blobs/{digest}");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    private string LinkOf(Digest digest) =>
        _portal.Store + RegistryPaths.LayerLink(RepositoryName.Parse("team/app"), digest);
}
