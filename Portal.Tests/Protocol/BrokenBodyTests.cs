using System.Net;
using System.Security.Cryptography;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>Bodies that end early or lie about their length.</summary>
public sealed class BrokenBodyTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(100_000);

    private RegistryClient Client => portal.Client;

    [Theory]
    [InlineData("Content-Length: 100000")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task Monolithic_CutBody_StoresNothing(string length)
    {
        var digest = Digest.Of(_content);

        await RawHttp.SendAsync(
            portal.RegistryAddress, $"POST /v2/cut/post/blobs/uploads/?digest={digest} HTTP/1.1\n{length}\n", Cut(length));

        using var blob = await Client.GetAsync($"/v2/cut/post/blobs/{digest}");
        await RegistryClient.AssertErrorAsync(blob, HttpStatusCode.NotFound, "BLOB_UNKNOWN");
        await WaitUntilAsync(() => UploadsOf("cut/post").Length == 0);
    }

    [Fact]
    public async Task Patch_BrokenOff_KeepsWhatCameAndGoesOn()
    {
        var digest = Digest.Of(_content);
        var address = await Client.StartUploadAsync("cut/patch");
        using (await HalfSentPatch.StartAsync(portal.RegistryAddress, new Uri(address).PathAndQuery, _content))
        {
            await WaitUntilAsync(() => UploadsOf("cut/patch").Any(upload => LengthOf(upload) == _content.Length / 2));
        }

        using var status = await Client.GetAsync(address);
        using var rest = await Client.SendAsync(HttpMethod.Put, $"{address}&digest={digest}", _content[50_000..]);
        using var whole = await Client.GetAsync($"/v2/cut/patch/blobs/{digest}");

        Assert.Equal("0-49999", status.Headers.GetValues("Range").Single());
        Assert.Equal(HttpStatusCode.Created, rest.StatusCode);
        Assert.Equal(_content, await whole.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("PATCH", "Content-Length: 100000")]
    [InlineData("PATCH", "Transfer-Encoding: chunked")]
    [InlineData("PUT", "Content-Length: 100000")]
    [InlineData("PUT", "Transfer-Encoding: chunked")]
    public async Task Upload_CutBody_IsNoBlobAndGoesOnFromItsRange(string method, string length)
    {
        var digest = Digest.Of(_content);
        var repository = $"cut/{method}{length.Length}".ToLowerInvariant();
        var address = await Client.StartUploadAsync(repository);
        var path = new Uri(address).PathAndQuery;

        await RawHttp.SendAsync(portal.RegistryAddress, $"{method} {path}&digest={digest} HTTP/1.1\n{length}\n", Cut(length));

        using var blob = await Client.GetAsync($"/v2/{repository}/blobs/{digest}");
        await RegistryClient.AssertErrorAsync(blob, HttpStatusCode.NotFound, "BLOB_UNKNOWN");
        using var status = await Client.GetAsync(address);
        var range = status.Headers.GetValues("Range").Single();
        var received = range is "0-0" ? 0 : int.Parse(range.Split('-')[1], null) + 1;
        using var rest = await Client.SendAsync(HttpMethod.Put, $"{address}&digest={digest}", _content[received..]);
        Assert.Equal(HttpStatusCode.Created, rest.StatusCode);
        using var whole = await Client.GetAsync($"/v2/{repository}/blobs/{digest}");
        Assert.Equal(_content, await whole.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("0-49998")]
    [InlineData("0-50000")]
    public async Task Chunk_OfUnsaidLength_ThatDiffersFromItsRange_IsSizeInvalid(string contentRange)
    {
        var address = await Client.StartUploadAsync("cut/range");

        using var refused = await Client.SendAsync(HttpMethod.Patch, address, null, null, request =>
        {
            request.Content = new StreamContent(new MemoryStream(_content[..50_000]));
            request.Content.Headers.TryAddWithoutValidation("Content-Range", contentRange);
            request.Headers.TransferEncodingChunked = true;
        });

        await RegistryClient.AssertErrorAsync(refused, HttpStatusCode.BadRequest, "SIZE_INVALID");
    }

    [Theory]
    [InlineData("Content-Length: 100000")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task Manifest_CutBody_StoresNothing(string length)
    {
        await RawHttp.SendAsync(
            portal.RegistryAddress,
            $"PUT /v2/cut/manifest/manifests/1 HTTP/1.1\nContent-Type: {MediaTypes.OciIndex}\n{length}\n",
            Cut(length, """{"schemaVersion":2,"manifests":[]}"""u8.ToArray()));

        using var manifest = await Client.GetAsync("/v2/cut/manifest/manifests/1");
        await RegistryClient.AssertErrorAsync(manifest, HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
    }

    /// <summary>Half of what the header announces.</summary>
    private byte[] Cut(string length, byte[]? content = null)
    {
        content ??= _content[..50_000];
        return length.StartsWith("Content", StringComparison.Ordinal)
            ? content
            : [.. System.Text.Encoding.ASCII.GetBytes($"{content.Length:x}\r\n"), .. content, .. "\r\n"u8];
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            await tick.WaitForNextTickAsync(deadline.Token);
        }
    }

    private static long LengthOf(string upload) => new FileInfo(Path.Combine(upload, "data")) is { Exists: true } data ? data.Length : 0;

    private string[] UploadsOf(string repository)
    {
        var folder = Path.Combine(portal.Root, "docker/registry/v2/repositories", repository, "_uploads");
        return Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder) : [];
    }
}
