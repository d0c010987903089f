using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Portal.Registry.Configuration;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>The application with HTTP/2 in the clear.</summary>
public sealed class H2cPortal : PortalFixture
{
    public LimitsConfiguration Limits { get; init; } = new();

    protected override RegistryConfiguration Configuration => base.Configuration with
    {
        Http = base.Configuration.Http with { H2cEnabled = true },
        Portal = base.Configuration.Portal with { Limits = Limits },
    };
}

/// <summary>Two versions of HTTP on one port without TLS.</summary>
public sealed class H2cTests(H2cPortal portal) : IClassFixture<H2cPortal>
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Client_OfEitherVersion_PushesAndPulls(string version)
    {
        using var client = new RegistryClient(portal.RegistryAddress, version: Version.Parse(version));
        var content = RandomNumberGenerator.GetBytes(3_000_000);

        var digest = await client.PushBlobAsync("h2c/app", content);
        await client.PushImageAsync("h2c/app", version);

        using var blob = await client.GetAsync($"/v2/h2c/app/blobs/{digest}");
        Assert.Equal(Version.Parse(version), blob.Version);
        Assert.Equal(content, await blob.Content.ReadAsByteArrayAsync());
        using var none = await client.GetAsync($"/v2/h2c/app/blobs/{Digest.Of("none"u8.ToArray())}");
        await RegistryClient.AssertErrorAsync(none, HttpStatusCode.NotFound, "BLOB_UNKNOWN");
    }

    [Fact]
    public async Task Curl_WithPriorKnowledge_IsAnsweredInHttp2()
    {
        Assert.Equal("{} 2", await ChildProcess.RunAsync(
            "curl", "--silent", "--http2-prior-knowledge", "--write-out", " %{http_version}", $"{portal.RegistryAddress}v2/"));
    }

    [Fact]
    public async Task Request_ThatComesInSinglePieces_IsStillRead()
    {
        using var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync(portal.RegistryAddress.Host, portal.RegistryAddress.Port);

        // Begins as the preface does, and is none.
        foreach (var letter in "PRI /v2/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        {
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes([letter]));
        }

        using var reader = new StreamReader(socket.GetStream());
        Assert.StartsWith("HTTP/1.1 405 ", await reader.ReadToEndAsync().WaitAsync(Patience.Deadline), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PRI * HTT")]
    public async Task Client_ThatStaysSilent_IsClosed(string beginning)
    {
        await using var impatient = new H2cPortal { Limits = new LimitsConfiguration { IdleTimeout = TimeSpan.FromSeconds(2) } };
        await impatient.InitializeAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(impatient.RegistryAddress.Host, impatient.RegistryAddress.Port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(beginning));

        Assert.Equal(0, await socket.GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(Patience.Deadline));
    }

    [Fact]
    public async Task Stop_LetsARequestUnderWayFinish()
    {
        await using var own = new H2cPortal();
        await own.InitializeAsync();
        using var client = new RegistryClient(own.RegistryAddress, handler => handler.Expect100ContinueTimeout = Patience.Deadline, HttpVersion.Version20);
        using var body = new HeldBody("first half"u8.ToArray(), "second half"u8.ToArray());
        var upload = await client.StartUploadAsync("h2c/stop");
        var patch = client.SendAsync(HttpMethod.Patch, upload, change: request =>
        {
            // The body is begun when the server asks for it: then the request is under way there.
            request.Headers.ExpectContinue = true;
            request.Content = body;
        });
        await body.Begun.WaitAsync(Patience.Deadline);

        var stop = own.StopAsync();
        body.Finish();

        using var answer = await patch;
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        await stop.WaitAsync(Patience.Deadline);
    }
}
