using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Portal.Registry.Configuration;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>What a client is told that asks for more than <c>portal.limits</c> allows, and that it can go on.</summary>
public sealed class LimitTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Manifest_LongerThanTheLimit_IsRefused_AndTheConnectionGoesOn(bool isChunked)
    {
        await using var portal = await LimitedPortal.StartAsync(new LimitsConfiguration { ManifestSize = 100_000 });
        using var client = new SingleConnection(portal.RegistryAddress);

        using var refused = await client.PutManifestAsync("limit/manifest", "1", Index(100_001), isChunked);
        using var taken = await client.PutManifestAsync("limit/manifest", "1", Index(100_000), isChunked);

        await AssertRefusedAsync(refused, HttpStatusCode.BadRequest, "MANIFEST_INVALID", "at most 100000 bytes here (portal.limits.manifestsize)");
        Assert.Equal(HttpStatusCode.Created, taken.StatusCode);
        Assert.Equal(1, client.Connections);
    }

    /// <summary>The answer does not wait for the rest; the rest is read, so that the client that sends it first sees the answer.</summary>
    [Fact]
    public async Task Manifest_RefusedInTheMidstOfAChunk_IsAnswered_AndTheConnectionGoesOn()
    {
        await using var portal = await LimitedPortal.StartAsync(new LimitsConfiguration { ManifestSize = 100_000 });
        using var socket = new TcpClient();
        await socket.ConnectAsync(portal.RegistryAddress.Host, portal.RegistryAddress.Port);
        await using var stream = socket.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);

        await stream.WriteAsync("PUT /v2/limit/midst/manifests/1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n"u8.ToArray());
        await stream.WriteAsync(new byte[1_000_000]);
        Assert.Equal("HTTP/1.1 400 Bad Request", await reader.ReadLineAsync().WaitAsync(Patience.Deadline));
        await stream.WriteAsync(new byte[0x200000 - 1_000_000]);
        await stream.WriteAsync("\r\n0\r\n\r\nGET /v2/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray());

        Assert.Contains("HTTP/1.1 200 OK", await reader.ReadToEndAsync().WaitAsync(Patience.Deadline), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Manifest_TakenUnderALargerLimit_StaysReadableUnderASmallerOne()
    {
        await using var portal = await LimitedPortal.StartAsync(new LimitsConfiguration { ManifestSize = Manifest.LargestSize });
        var large = Index(40_000_000);
        using var taken = await portal.Client.PutManifestAsync("limit/large", "1", large, MediaTypes.OciIndex);

        portal.Limits = new LimitsConfiguration { ManifestSize = 100_000 };
        await portal.RestartAsync();

        using var read = await portal.Client.GetAsync("/v2/limit/large/manifests/1");
        Assert.Equal(HttpStatusCode.Created, taken.StatusCode);
        Assert.Equal(large, await read.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Repository_WithALongerNameThanTheLimit_IsReadAndNotPushedTo()
    {
        await using var portal = await LimitedPortal.StartAsync(new LimitsConfiguration());
        await portal.Client.PushImageAsync("limit/name", "1");
        var digest = await portal.Client.PushBlobAsync("short", "shared"u8.ToArray());
        var upload = new Uri(await portal.Client.StartUploadAsync("limit/name")).PathAndQuery;

        portal.Limits = new LimitsConfiguration { RepositoryLength = 9 };
        await portal.RestartAsync();

        HttpResponseMessage[] refused =
        [
            await portal.Client.SendAsync(HttpMethod.Post, "/v2/limit/name/blobs/uploads/", []),
            await portal.Client.SendAsync(HttpMethod.Post, $"/v2/limit/name/blobs/uploads/?digest={Digest.Of("a"u8)}", "a"u8.ToArray()),
            await portal.Client.SendAsync(HttpMethod.Post, $"/v2/limit/name/blobs/uploads/?mount={digest}&from=short", []),
            await portal.Client.PutManifestAsync("limit/name", "2", Index(200), MediaTypes.OciIndex),
        ];
        foreach (var answer in refused)
        {
            await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, "NAME_INVALID", "at most 9 characters here (portal.limits.repositorylength)");
        }

        using var read = await portal.Client.GetAsync("/v2/limit/name/manifests/1");
        using var status = await portal.Client.GetAsync(upload);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, status.StatusCode);
        Assert.Equal(["1"], await portal.Client.TagsAsync("limit/name"));
        await portal.Client.PushImageAsync("limit/nam", "1");
    }

    [Fact]
    public async Task Tag_LongerThanTheLimit_IsReadAndDeletedAndNotPushed()
    {
        await using var portal = await LimitedPortal.StartAsync(new LimitsConfiguration());
        await portal.Client.PushImageAsync("limit/tag", "v12345");

        portal.Limits = new LimitsConfiguration { TagLength = 5 };
        await portal.RestartAsync();

        using var refused = await portal.Client.PutManifestAsync("limit/tag", "v12345", Index(200), MediaTypes.OciIndex);
        using var taken = await portal.Client.PutManifestAsync("limit/tag", "v1234", Index(200), MediaTypes.OciIndex);
        using var byDigest = await portal.Client.PutManifestAsync("limit/tag", Digest.Of(Index(300)).ToString(), Index(300), MediaTypes.OciIndex);
        using var read = await portal.Client.GetAsync("/v2/limit/tag/manifests/v12345");
        using var deleted = await portal.Client.SendAsync(HttpMethod.Delete, "/v2/limit/tag/manifests/v12345");

        await AssertRefusedAsync(refused, HttpStatusCode.BadRequest, "TAG_INVALID", "at most 5 characters here (portal.limits.taglength)");
        Assert.Equal(HttpStatusCode.Created, taken.StatusCode);
        Assert.Equal(HttpStatusCode.Created, byDigest.StatusCode);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
    }

    [Fact]
    public async Task Upload_BeyondThePlaces_Is429ChangesNothing_AndGoesOnWhenOneIsFree()
    {
        await using var portal = await LimitedPortal.StartAsync(new LimitsConfiguration { Uploads = 1 });
        using var client = new SingleConnection(portal.RegistryAddress);
        var content = RandomNumberGenerator.GetBytes(500_000);
        var digest = Digest.Of(content);
        var first = new Uri(await portal.Client.StartUploadAsync("limit/first")).PathAndQuery;
        var second = new Uri(await portal.Client.StartUploadAsync("limit/second")).PathAndQuery;
        using var holder = await RawRequest.StartAsync(portal.RegistryAddress, $"PATCH {first} HTTP/1.1\nContent-Length: {content.Length}");

        HttpResponseMessage[] refused =
        [
            await client.SendAsync(HttpMethod.Patch, second, content),
            await client.SendAsync(HttpMethod.Put, $"{second}&digest={digest}", content),
            await client.SendAsync(HttpMethod.Post, $"/v2/limit/second/blobs/uploads/?digest={digest}", content),
        ];
        using var status = await client.SendAsync(HttpMethod.Get, second);
        using var empty = await client.SendAsync(HttpMethod.Post, $"/v2/limit/second/blobs/uploads/?digest={Digest.Of([])}", []);
        await holder.WriteAsync(content);
        var freed = await holder.ReadAnswerAsync();
        using var done = await client.SendAsync(HttpMethod.Put, $"{second}&digest={digest}", content);

        foreach (var answer in refused)
        {
            await AssertRefusedAsync(answer, HttpStatusCode.TooManyRequests, "TOOMANYREQUESTS", "portal.limits.uploads");
            Assert.Equal(5, answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        }

        Assert.Equal("0-0", status.Headers.GetValues("Range").Single());
        Assert.Equal(HttpStatusCode.Created, empty.StatusCode);
        Assert.StartsWith("HTTP/1.1 202 ", freed, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, done.StatusCode);
        Assert.Equal(1, client.Connections);
    }

    /// <summary>An empty index of this many bytes.</summary>
    private static byte[] Index(int size)
    {
        var json = """{"schemaVersion":2,"manifests":[],"annotations":{"a":"…"}}""".Split('…');
        return Encoding.ASCII.GetBytes(json[0] + new string('x', size - json[0].Length - json[1].Length) + json[1]);
    }

    private static async Task AssertRefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string code, string message)
    {
        await RegistryClient.AssertErrorAsync(answer, status, code);
        Assert.Contains(message, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>A client of one connection, which counts how often it had to make it anew.</summary>
    private sealed class SingleConnection : IDisposable
    {
        private readonly HttpClient _http;

        public SingleConnection(Uri address)
        {
            _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1, ConnectCallback = ConnectAsync }) { BaseAddress = address };
        }

        public int Connections { get; private set; }

        public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, byte[]? body = null)
        {
            return SendAsync(new HttpRequestMessage(method, path) { Content = body is null ? null : new ByteArrayContent(body) });
        }

        public Task<HttpResponseMessage> PutManifestAsync(string repository, string tag, byte[] body, bool isChunked)
        {
            var request = new HttpRequestMessage(HttpMethod.Put, $"/v2/{repository}/manifests/{tag}") { Content = new ByteArrayContent(body) };
            request.Content.Headers.TryAddWithoutValidation("Content-Type", MediaTypes.OciIndex);
            request.Headers.TransferEncodingChunked = isChunked;
            return SendAsync(request);
        }

        public void Dispose()
        {
            _http.Dispose();
        }

        private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
        {
            using (request)
            {
                return await _http.SendAsync(request, TestContext.Current.CancellationToken);
            }
        }

        private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
        {
            Connections++;
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
    }
}
