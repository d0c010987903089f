using System.Net;
using Portal.Storage.Layout;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>
/// Debian's <c>docker-registry</c> and ours over one folder and one Redis. A link that is taken away behind their backs shows
/// whose word counts: the blob is there for who has it from Redis.
/// </summary>
public sealed class RedisUpstreamTests : IAsyncDisposable
{
    private static readonly byte[] Blob = "remembered"u8.ToArray();

    private readonly RedisPortal _portal = new();

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task WhatUpstreamRemembers_IsReadHere()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = await StartUpstreamAsync(redis);
        var digest = await upstream.Client.PushBlobAsync("team/app", Blob);
        await StatAsync(upstream.Client, digest);
        Assert.Equal([$"{digest}"], await redis.BlobsOfAsync("team/app"));
        File.Delete(_portal.Store + RegistryPaths.LayerLink(RepositoryName.Parse("team/app"), digest));

        await using var monitor = await redis.MonitorAsync();
        using var client = await _portal.StartAsync($"addr: \"{redis.Server}\"");
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while (await StatAsync(client, digest) is not HttpStatusCode.OK)
        {
            await Task.Delay(20, deadline.Token);
        }

        await redis.MonitoredAsync(monitor);
        Assert.Contains(monitor.Output, line => line.Contains($"\"SISMEMBER\" \"repository::team/app::blobs\" \"{digest}\"", StringComparison.Ordinal));
        Assert.DoesNotContain(monitor.Output, line => line.Contains("SADD", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatWeRemember_IsReadByUpstream()
    {
        await using var redis = await RedisServer.StartAsync();
        using var client = await _portal.StartAsync($"addr: \"{redis.Server}\"");
        var digest = await RedisTests.RememberAsync(client, redis);
        File.Delete(_portal.Store + RegistryPaths.LayerLink(RepositoryName.Parse("team/app"), digest));
        await using var upstream = await StartUpstreamAsync(redis);
        await using var monitor = await redis.MonitorAsync();

        using var answer = await upstream.Client.SendAsync(HttpMethod.Head, $"/v2/team/app/blobs/{digest}");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Blob.Length, answer.Content.Headers.ContentLength);
        await redis.MonitoredAsync(monitor);
        Assert.Contains(monitor.Output, line => line.Contains($"\"HGET\" \"repository::team/app::blobs::{digest}\" \"mediatype\"", StringComparison.Ordinal));
        Assert.DoesNotContain(monitor.Output, line => line.Contains("SADD", StringComparison.Ordinal));
    }

    [Fact]
    public async Task BlobDeletedHere_IsGoneAtUpstream_AndTheReverse()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var upstream = await StartUpstreamAsync(redis);
        using var client = await _portal.StartAsync($"addr: \"{redis.Server}\"");
        var digest = await RedisTests.RememberAsync(client, redis);
        Assert.Equal(HttpStatusCode.OK, await StatAsync(upstream.Client, digest));

        await DeleteAsync(client, digest);
        Assert.Equal(HttpStatusCode.NotFound, await StatAsync(upstream.Client, digest));

        Assert.Equal(digest, await RedisTests.RememberAsync(client, redis));
        await DeleteAsync(upstream.Client, digest);
        Assert.Equal(HttpStatusCode.NotFound, await StatAsync(client, digest));
    }

    private static async Task<HttpStatusCode> StatAsync(RegistryClient client, Digest digest)
    {
        using var answer = await client.SendAsync(HttpMethod.Head, $"/v2/team/app/blobs/{digest}");
        return answer.StatusCode;
    }

    private static async Task DeleteAsync(RegistryClient client, Digest digest)
    {
        using var answer = await client.SendAsync(HttpMethod.Delete, $"/v2/team/app/blobs/{digest}");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    private async Task<Upstream> StartUpstreamAsync(RedisServer redis)
    {
        var address = ChildProcess.FreeAddress();
        var configuration = _portal.Folder.Combine("upstream.yml");
        await File.WriteAllTextAsync(configuration, $$"""
            version: 0.1
            storage: { filesystem: { rootdirectory: "{{_portal.Store}}" }, delete: { enabled: true }, cache: { blobdescriptor: redis } }
            redis: { addr: "{{redis.Server}}", dialtimeout: 5s, readtimeout: 5s, writetimeout: 5s, pool: { maxidle: 4, maxactive: 16, idletimeout: 60s } }
            http: { addr: "{{address.Authority}}" }
            """);
        return new Upstream(await ChildProcess.StartRegistryAsync(address, "docker-registry", ["serve", configuration]), new RegistryClient(address));
    }

    private sealed record Upstream(ChildProcess Process, RegistryClient Client) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            Client.Dispose();
            return Process.DisposeAsync();
        }
    }
}
