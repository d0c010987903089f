using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>Bodies that end before they said they would: a client that dies, a line that breaks, a proxy that garbles.</summary>
public sealed class BrokenBodyTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Lengthy = "Content-Length: 9000000";
    private const string Chunked = "Transfer-Encoding: chunked";

    // Several of the server's buffers, so that some of it is on disk before the rest fails to come.
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(3_000_000);

    private RegistryClient Client => portal.Client;

    [Theory]
    [InlineData(Lengthy)]
    [InlineData(Chunked)]
    public async Task Post_CutShort_StoresNothing(string framing)
    {
        // What arrives has the digest that is given: only the framing tells that it is not all.
        var digest = Digest.Of(_content);

        using (await SendAsync("cut/post", $"POST /v2/cut/post/blobs/uploads/?digest={digest}", framing))
        {
        }

        await WaitUntilAsync(() => !UploadFiles("cut/post").Any());
        await AssertUnknownAsync("cut/post", digest);
    }

    [Theory]
    [InlineData(Lengthy)]
    [InlineData(Chunked)]
    public async Task Put_CutShort_StoresNothingAndGoesOn(string framing)
    {
        var digest = Digest.Of(_content);
        var upload = await StartUploadAsync("cut/put");
        long stored;

        using (await SendAsync("cut/put", $"PUT {upload}&digest={digest}", framing))
        {
            stored = UploadFiles("cut/put").Single().Length;
        }

        Assert.InRange(await ReceivedAsync(upload), stored, _content.Length);
        await AssertUnknownAsync("cut/put", digest);
        await FinishAsync(upload);
    }

    [Theory]
    [InlineData(Lengthy)]
    [InlineData(Chunked)]
    public async Task Patch_CutShort_KeepsWhatArrivedAndGoesOn(string framing)
    {
        var upload = await StartUploadAsync("cut/patch");
        long stored;

        using (await SendAsync("cut/patch", $"PATCH {upload}", framing))
        {
            stored = UploadFiles("cut/patch").Single().Length;
        }

        Assert.InRange(await ReceivedAsync(upload), stored, _content.Length);
        await FinishAsync(upload);
    }

    [Fact]
    public async Task Patch_WithGarbledChunks_IsRefusedKeepsWhatArrivedAndGoesOn()
    {
        var upload = await StartUploadAsync("cut/garbled");
        using var request = await SendAsync("cut/garbled", $"PATCH {upload}", Chunked);
        var stored = UploadFiles("cut/garbled").Single().Length;

        await request.WriteAsync(new byte[6_000_000]);
        await request.WriteAsync("\r\nthis is no size\r\n"u8.ToArray());
        var answer = await request.ReadAnswerAsync();

        AssertRefused(answer);
        Assert.InRange(await ReceivedAsync(upload), stored, 9_000_000);
        using var cancelled = await Client.SendAsync(HttpMethod.Delete, upload);
        Assert.Equal(HttpStatusCode.NoContent, cancelled.StatusCode);
    }

    /// <summary>What comes in the place of a chunk's end would end the body, and begin a request that its sender did not mean to make.</summary>
    [Fact]
    public async Task Patch_WhoseChunkDoesNotEnd_IsRefused_AndNothingBehindItIsARequest()
    {
        var upload = await StartUploadAsync("cut/end");
        using var socket = new TcpClient();
        await socket.ConnectAsync(portal.RegistryAddress.Host, portal.RegistryAddress.Port);
        await using var stream = socket.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);

        await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes($"PATCH {upload} HTTP/1.1\r\nHost: a\r\n{Chunked}\r\n\r\n2dc6c0\r\n"), .. _content]);
        await WaitUntilAsync(() => UploadFiles("cut/end").Any(file => file.Length > 0));
        await stream.WriteAsync("0\r\n\r\nGET /v2/ HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
        var answer = await reader.ReadToEndAsync().WaitAsync(Patience.Deadline);

        AssertRefused(answer);
        Assert.Equal(1, answer.Split("HTTP/1.1 ").Length - 1);
    }

    [Fact]
    public async Task Put_WithGarbledChunks_IsRefusedAndStoresNothing()
    {
        var digest = Digest.Of("some"u8);
        var upload = await StartUploadAsync("cut/size");
        using var request = await RawRequest.StartAsync(portal.RegistryAddress, $"PUT {upload}&digest={digest} HTTP/1.1\n{Chunked}");

        await request.WriteAsync("4\r\nsome\r\nthis is no size\r\n"u8.ToArray());
        var answer = await request.ReadAnswerAsync();

        AssertRefused(answer);
        await AssertUnknownAsync("cut/size", digest);
    }

    [Fact]
    public async Task Manifest_WithGarbledChunks_IsRefusedAndStoresNothing()
    {
        var index = """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"""u8.ToArray();
        using var request = await RawRequest.StartAsync(
            portal.RegistryAddress, $"PUT /v2/cut/manifest/manifests/1 HTTP/1.1\nContent-Type: {MediaTypes.OciIndex}\n{Chunked}");

        await request.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes($"{index.Length:x}\r\n"), .. index, .. "\r\nthis is no size\r\n"u8]);
        var answer = await request.ReadAnswerAsync();

        AssertRefused(answer);
        using var byTag = await Client.GetAsync("/v2/cut/manifest/manifests/1");
        using var byDigest = await Client.GetAsync($"/v2/cut/manifest/manifests/{Digest.Of(index)}");
        await RegistryClient.AssertErrorAsync(byTag, HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
        await RegistryClient.AssertErrorAsync(byDigest, HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
    }

    private async Task<string> StartUploadAsync(string repository)
    {
        return new Uri(await Client.StartUploadAsync(repository)).PathAndQuery;
    }

    /// <summary>Sends a third of a body, and returns when some of it is on disk.</summary>
    private async Task<RawRequest> SendAsync(string repository, string target, string framing)
    {
        var request = await RawRequest.StartAsync(portal.RegistryAddress, $"{target} HTTP/1.1\n{framing}");
        await request.WriteAsync(framing == Chunked ? (byte[])[.. "895440\r\n"u8, .. _content] : _content);
        await WaitUntilAsync(() => UploadFiles(repository).Any(file => file.Length > 0));
        return request;
    }

    /// <summary>How many bytes the server says it has, once it is done with the broken request.</summary>
    private async Task<long> ReceivedAsync(string upload)
    {
        using var status = await Client.GetAsync(upload);
        Assert.Equal(HttpStatusCode.NoContent, status.StatusCode);
        var range = status.Headers.GetValues("Range").Single();
        Assert.StartsWith("0-", range, StringComparison.Ordinal);
        return long.Parse(range[2..], CultureInfo.InvariantCulture) + 1;
    }

    private async Task FinishAsync(string upload)
    {
        var received = (int)await ReceivedAsync(upload);
        using var done = await Client.SendAsync(HttpMethod.Put, $"{upload}&digest={Digest.Of(_content)}", _content[received..]);
        Assert.Equal(HttpStatusCode.Created, done.StatusCode);
    }

    private static void AssertRefused(string answer)
    {
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"SIZE_INVALID\"", answer, StringComparison.Ordinal);
    }

    private async Task AssertUnknownAsync(string repository, Digest digest)
    {
        using var answer = await Client.GetAsync($"/v2/{repository}/blobs/{digest}");

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.NotFound, "BLOB_UNKNOWN");
    }

    private IEnumerable<FileInfo> UploadFiles(string repository)
    {
        var uploads = new DirectoryInfo(Path.Combine(portal.Root, $"docker/registry/v2/repositories/{repository}/_uploads"));
        return uploads.Exists ? uploads.EnumerateFiles("data", SearchOption.AllDirectories) : [];
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while (!condition())
        {
            await Task.Delay(10, deadline.Token);
        }
    }
}
