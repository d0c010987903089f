using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Portal.Registry.Configuration;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>Requests that the server refuses by their head: the registry's listener says why, in the protocol's form.</summary>
public sealed class HeadTests(HeadFixture portal) : IClassFixture<HeadFixture>
{
    private const string Host = "Host: a\r\n";

    public static TheoryData<string, int, string> Refused => new()
    {
        { $"GET /v2/{new string('a', 1100)} HTTP/1.1\r\n{Host}\r\n", 414, "more than 1024 bytes (portal.limits.requestline)" },
        { $"GET /v2/ HTTP/1.1\r\n{Host}A: {new string('a', 5000)}\r\n\r\n", 431, "more than 4096 bytes together (portal.limits.headersize)" },
        { $"GET /v2/ HTTP/1.1\r\n{Host}{Headers(20)}\r\n", 431, "more than 20 headers (portal.limits.headercount)" },
        { "nonsense\r\n\r\n", 400, "not well formed" },
        { $"GET /v2/ HTTP/7.0\r\n{Host}\r\n", 505, "HTTP/1.1" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public Task Head_ThatIsRefused_IsAnsweredInTheProtocolsForm(string head, int status, string message) =>
        AssertRefusedAsync(portal, head, status, message);

    [Theory]
    [MemberData(nameof(Refused))]
    public Task Head_ThatIsRefusedByTheUi_HasTheStatusAlone(string head, int status, string message)
    {
        Assert.NotEmpty(message);

        return AssertRefusedByTheUiAsync(portal, head, status);
    }

    [Fact]
    public async Task Head_ThatDoesNotEnd_IsRefusedInTime()
    {
        await using var hurried = new HeadFixture { HeadTimeout = TimeSpan.FromSeconds(1) };
        await hurried.InitializeAsync();
        const string head = $"GET /v2/ HTTP/1.1\r\n{Host}A: b";

        await AssertRefusedAsync(hurried, head, 408, "within 1 s (portal.limits.headtimeout)");
        await AssertRefusedByTheUiAsync(hurried, head, 408);
    }

    [Fact]
    public async Task Head_WithinTheLimits_IsTaken()
    {
        var (answerHead, _) = await SendAsync(
            portal.RegistryAddress, $"GET /v2/ HTTP/1.1\r\n{Host}Connection: close\r\n{Headers(17)}A: {new string('a', 3000)}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answerHead, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blob_ThatReadsLikeARefusal_ComesBackAsItWas()
    {
        // Behind a first piece of a blob's answer, so that it is sent by itself.
        var content = new string('x', 256 * 1024) + "HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\nDate: now\r\n\r\n";
        var digest = await portal.Client.PushBlobAsync("head/blob", Encoding.ASCII.GetBytes(content));

        var (_, body) = await SendAsync(portal.RegistryAddress, $"GET /v2/head/blob/blobs/{digest} HTTP/1.1\r\n{Host}Connection: close\r\n\r\n");

        Assert.Equal(content, body);
    }

    [Fact]
    public async Task Address_OfTheLargestName_FitsTheShortestRequestLine()
    {
        var name = string.Join('/', Enumerable.Repeat(new string('n', 63), 4));

        await portal.Client.PushBlobAsync(name, "content"u8.ToArray(), DigestAlgorithm.Sha512);
    }

    [Fact]
    public async Task Connection_AtRestForTheIdleTimeout_IsClosed()
    {
        await using var hurried = new HeadFixture { IdleTimeout = TimeSpan.FromSeconds(3) };
        await hurried.InitializeAsync();

        var (answerHead, _) = await SendAsync(hurried.RegistryAddress, $"GET /v2/ HTTP/1.1\r\n{Host}\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answerHead, StringComparison.Ordinal);
    }

    private static async Task AssertRefusedAsync(HeadFixture portal, string head, int status, string message)
    {
        var (answerHead, body) = await SendAsync(portal.RegistryAddress, head);

        Assert.StartsWith($"HTTP/1.1 {status} ", answerHead, StringComparison.Ordinal);
        Assert.Contains($"\r\nContent-Length: {body.Length}\r\n", answerHead, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: application/json; charset=utf-8\r\n", answerHead, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answerHead, StringComparison.Ordinal);
        Assert.Contains("\r\nDate: ", answerHead, StringComparison.Ordinal);
        Assert.Matches("\r\nX-Request-Id: [0-9a-f-]{36}\r\n", answerHead);
        using var json = JsonDocument.Parse(body);
        var error = Assert.Single(json.RootElement.GetProperty("errors").EnumerateArray());
        Assert.Equal("UNSUPPORTED", error.GetProperty("code").GetString());
        Assert.Contains(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static async Task AssertRefusedByTheUiAsync(HeadFixture portal, string head, int status)
    {
        var (answerHead, body) = await SendAsync(portal.PortalAddress, head);

        Assert.StartsWith($"HTTP/1.1 {status} ", answerHead, StringComparison.Ordinal);
        Assert.Empty(body);
    }

    private static string Headers(int count) => string.Concat(Enumerable.Range(0, count).Select(number => $"X-{number}: a\r\n"));

    /// <summary>Sends text as it is, and reads until the server closes.</summary>
    private static async Task<(string Head, string Body)> SendAsync(Uri address, string text)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));
        using var reader = new StreamReader(socket.GetStream(), Encoding.ASCII);
        var answer = await reader.ReadToEndAsync().WaitAsync(Patience.Deadline);
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        return (answer[..end], answer[end..]);
    }
}

/// <summary>The application with the smallest head there may be.</summary>
public sealed class HeadFixture : PortalFixture
{
    /// <summary>Short for the test of it alone: another one's head may be late on a busy machine.</summary>
    public TimeSpan HeadTimeout { get; init; } = Patience.Deadline;

    /// <inheritdoc cref="HeadTimeout"/>
    public TimeSpan IdleTimeout { get; init; } = Patience.Deadline;

    protected override RegistryConfiguration Configuration => base.Configuration with
    {
        Portal = base.Configuration.Portal with
        {
            Limits = new LimitsConfiguration
            {
                RequestLine = 1024,
                HeaderSize = 4096,
                HeaderCount = 20,
                HeadTimeout = HeadTimeout,
                IdleTimeout = IdleTimeout,
            },
        },
    };
}
