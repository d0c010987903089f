using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Portal.Registry.Configuration;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>Clients that stop in the middle, against a window of two seconds and with room for one upload.</summary>
public sealed class SlowClientTests : IAsyncLifetime
{
    private readonly LimitedPortal _portal = new()
    {
        Limits = new LimitsConfiguration { Uploads = 1, MinDataRate = 100_000, GracePeriod = TimeSpan.FromSeconds(2) },
    };

    private readonly byte[] _content = RandomNumberGenerator.GetBytes(3_000_000);

    private RegistryClient Client => _portal.Client;

    public ValueTask InitializeAsync() => _portal.InitializeAsync();

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Theory]
    [InlineData("Content-Length: 9000000")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task Patch_ThatStops_IsGivenUp_AndTheUploadGoesOn(string framing)
    {
        var upload = new Uri(await Client.StartUploadAsync("slow/patch")).PathAndQuery;
        using var request = await RawRequest.StartAsync(_portal.RegistryAddress, $"PATCH {upload} HTTP/1.1\n{framing}");
        await request.WriteAsync(framing.EndsWith("chunked", StringComparison.Ordinal) ? (byte[])[.. "895440\r\n"u8, .. _content] : _content);

        var answer = await request.ReadErrorAsync();

        AssertGivenUp(answer, "BLOB_UPLOAD_INVALID");
        using var status = await Client.GetAsync(upload);
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"0-{_content.Length - 1}"), status.Headers.GetValues("Range").Single());
        using var done = await Client.SendAsync(HttpMethod.Put, $"{upload}&digest={Digest.Of(_content)}", []);
        Assert.Equal(HttpStatusCode.Created, done.StatusCode);
        await Client.PushBlobAsync("slow/patch", "its place is free"u8.ToArray());
    }

    [Fact]
    public async Task Post_ThatStops_IsGivenUpAndStoresNothing()
    {
        using var request = await RawRequest.StartAsync(
            _portal.RegistryAddress, $"POST /v2/slow/post/blobs/uploads/?digest={Digest.Of(_content)} HTTP/1.1\nContent-Length: 9000000");
        await request.WriteAsync(_content);

        AssertGivenUp(await request.ReadErrorAsync(), "BLOB_UPLOAD_INVALID");

        using var blob = await Client.GetAsync($"/v2/slow/post/blobs/{Digest.Of(_content)}");
        await RegistryClient.AssertErrorAsync(blob, HttpStatusCode.NotFound, "BLOB_UNKNOWN");
    }

    [Fact]
    public async Task Manifest_ThatStops_IsGivenUp()
    {
        using var request = await RawRequest.StartAsync(
            _portal.RegistryAddress, $"PUT /v2/slow/manifest/manifests/1 HTTP/1.1\nContent-Type: {MediaTypes.OciIndex}\nContent-Length: 50");
        await request.WriteAsync("{\"schemaVersion\":2,"u8.ToArray());

        AssertGivenUp(await request.ReadErrorAsync(), "MANIFEST_INVALID");
    }

    [Fact]
    public async Task Blob_ThatTheClientDoesNotTake_LosesItsConnection()
    {
        var digest = await Client.PushBlobAsync("slow/blob", RandomNumberGenerator.GetBytes(30_000_000));
        using var client = new TcpClient { ReceiveBufferSize = 16 * 1024 };
        await client.ConnectAsync(_portal.RegistryAddress.Host, _portal.RegistryAddress.Port);

        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /v2/slow/blob/blobs/{digest} HTTP/1.1\r\nHost: a\r\n\r\n"));

        var begun = new byte["HTTP/1.1 200 "u8.Length];
        await client.GetStream().ReadExactlyAsync(begun);
        Assert.Equal("HTTP/1.1 200 ", Encoding.ASCII.GetString(begun));
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while (IsOpenAtTheServer(client))
        {
            await Task.Delay(10, deadline.Token);
        }
    }

    private static bool IsOpenAtTheServer(TcpClient client)
    {
        return IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections().Any(connection =>
            connection.LocalEndPoint.Equals(client.Client.RemoteEndPoint)
            && connection.RemoteEndPoint.Equals(client.Client.LocalEndPoint)
            && connection.State == TcpState.Established);
    }

    private static void AssertGivenUp(string answer, string code)
    {
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.Contains($"\"code\":\"{code}\"", answer, StringComparison.Ordinal);
        Assert.Contains("portal.limits.mindatarate", answer, StringComparison.Ordinal);
    }
}
