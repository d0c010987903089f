using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

public sealed class UnixSocketTests : IAsyncLifetime
{
    private readonly UnixPortal _portal = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task Socket_TakesPushAndPull_AndIsGoneAtTheEnd()
    {
        await _portal.InitializeAsync();
        var content = RandomNumberGenerator.GetBytes(5_000_000);

        var digest = await _portal.Client.PushBlobAsync("unix/app", content);
        using (var blob = await _portal.Client.GetAsync($"/v2/unix/app/blobs/{digest}"))
        {
            Assert.Equal(content, await blob.Content.ReadAsByteArrayAsync());
        }

        await _portal.StopAsync();
        Assert.False(Path.Exists(_portal.Socket));
    }

    [Fact]
    public async Task Socket_OfADeadProcess_IsReplaced()
    {
        // Closing would take the file away: a killed process leaves it.
        using (Listen())
        {
            File.Move(_portal.Socket, _portal.Socket + ".kept");
        }

        File.Move(_portal.Socket + ".kept", _portal.Socket);
        await _portal.InitializeAsync();

        using var answer = await _portal.Client.GetAsync("/v2/");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Socket_OfALiveProcess_StopsTheStart()
    {
        using var live = Listen();

        var refusal = await Assert.ThrowsAnyAsync<IOException>(() => _portal.InitializeAsync().AsTask());

        Assert.Contains(_portal.Socket, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("in use", refusal.Message, StringComparison.OrdinalIgnoreCase);
        Assert.True(Path.Exists(_portal.Socket));
    }

    [Fact]
    public async Task PlainFile_IsLeftAlone()
    {
        await File.WriteAllTextAsync(_portal.Socket, "mine");

        var refusal = await Assert.ThrowsAnyAsync<IOException>(() => _portal.InitializeAsync().AsTask());

        Assert.Contains("is no socket that could be replaced", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(_portal.Socket));
    }

    private Socket Listen()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_portal.Socket));
        socket.Listen();
        return socket;
    }
}
