using System.Net;
using System.Net.NetworkInformation;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Portal.Registry.Configuration;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>Clients that stop in the middle, over TLS: what they sent and took is measured as without it.</summary>
public sealed class SlowTlsClientTests : IAsyncLifetime
{
    private readonly TlsPortal _portal = new()
    {
        Portal = portal => portal with { Limits = new LimitsConfiguration { MinDataRate = 100_000, GracePeriod = TimeSpan.FromSeconds(2) } },
    };

    private readonly byte[] _content = RandomNumberGenerator.GetBytes(1_000_000);

    public ValueTask InitializeAsync() => _portal.InitializeAsync();

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task Http2_BodyThatStops_IsGivenUp_AndTheConnectionGoesOn()
    {
        using var client = _portal.CreateClient(HttpVersion.Version20);
        using var body = new HeldBody(_content, []);
        var upload = await client.StartUploadAsync("slow/h2");

        using var answer = await client.SendAsync(HttpMethod.Patch, upload, change: request => request.Content = body);

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.RequestTimeout, "BLOB_UPLOAD_INVALID");
        using var done = await client.SendAsync(HttpMethod.Put, $"{upload}&digest={Digest.Of(_content)}", []);
        Assert.Equal(HttpStatusCode.Created, done.StatusCode);
    }

    [Theory]
    [InlineData("Content-Length: 9000000")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task Http11_BodyThatStops_IsGivenUp(string framing)
    {
        var upload = new Uri(await _portal.Client.StartUploadAsync("slow/h1")).PathAndQuery;
        using var socket = new TcpClient();
        await using var tls = await ConnectAsync(socket);
        await tls.WriteAsync(Encoding.ASCII.GetBytes($"PATCH {upload} HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\n"));
        await tls.WriteAsync(framing.EndsWith("chunked", StringComparison.Ordinal) ? (byte[])[.. "895440\r\n"u8, .. _content] : _content);

        using var reader = new StreamReader(tls);
        Assert.Equal("HTTP/1.1 408 Request Timeout", await reader.ReadLineAsync().WaitAsync(Patience.Deadline));
    }

    [Fact]
    public async Task Http11_BlobThatTheClientDoesNotTake_LosesItsConnection()
    {
        var digest = await _portal.Client.PushBlobAsync("slow/blob", RandomNumberGenerator.GetBytes(30_000_000));
        using var socket = new TcpClient { ReceiveBufferSize = 16 * 1024 };
        await using var tls = await ConnectAsync(socket);

        await tls.WriteAsync(Encoding.ASCII.GetBytes($"GET /v2/slow/blob/blobs/{digest} HTTP/1.1\r\nHost: localhost\r\n\r\n"));

        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while (IsOpenAtTheServer(socket.Client.LocalEndPoint!))
        {
            await Task.Delay(10, deadline.Token);
        }
    }

    [Fact]
    public async Task Http2_BlobThatTheClientDoesNotTake_IsCutOff_AndTheConnectionGoesOn()
    {
        var digest = await _portal.Client.PushBlobAsync("slow/blob", RandomNumberGenerator.GetBytes(30_000_000));
        using var handler = new SocketsHttpHandler();
        _portal.Authority.Trust(handler);
        using var http = new HttpClient(handler) { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var answer = await http.GetAsync(new Uri(_portal.RegistryAddress, $"/v2/slow/blob/blobs/{digest}"), HttpCompletionOption.ResponseHeadersRead);
        await using var blob = await answer.Content.ReadAsStreamAsync();

        using var deadline = new CancellationTokenSource(Patience.Deadline);
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (await blob.ReadAsync(new byte[1], deadline.Token) > 0)
            {
                await Task.Delay(10, deadline.Token);
            }
        });

        using var next = await http.GetAsync(new Uri(_portal.RegistryAddress, "/v2/"));
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    private async Task<SslStream> ConnectAsync(TcpClient socket)
    {
        await socket.ConnectAsync(_portal.RegistryAddress.Host, _portal.RegistryAddress.Port);
        var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = _portal.Authority.Policy() });
        return tls;
    }

    private bool IsOpenAtTheServer(EndPoint client)
    {
        return IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections().Any(connection =>
            connection.LocalEndPoint.Port == _portal.RegistryAddress.Port
            && connection.RemoteEndPoint.Port == ((IPEndPoint)client).Port
            && connection.State == TcpState.Established);
    }
}
