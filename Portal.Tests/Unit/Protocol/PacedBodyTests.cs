using System.IO.Pipelines;
using Microsoft.Extensions.Time.Testing;
using Portal.Registry.Configuration;
using Portal.Registry.Protocol;
using Portal.Registry.Transport;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Protocol;

/// <summary>A bound of 10 bytes a second over windows of a minute: 600 bytes in each.</summary>
public sealed class PacedBodyTests : IAsyncDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly PacedBody _body;

    public PacedBodyTests()
    {
        _body = new PacedBody(_pipe.Reader, Rate(10), ErrorCode.BlobUploadTooSlow);
    }

    private DataRate Rate(int bytesPerSecond) => new(
        new LiveConfiguration(new RegistryConfiguration
        {
            Portal = new PortalConfiguration { Limits = new LimitsConfiguration { MinDataRate = bytesPerSecond, GracePeriod = Window } },
        }),
        _time);

    public ValueTask DisposeAsync() => _body.DisposeAsync();

    [Fact]
    public async Task Read_WithNothingForAWindow_FailsWithTheReason()
    {
        var read = ReadAsync();

        _time.Advance(Window);

        var exception = await Assert.ThrowsAsync<OciException>(() => read.WaitAsync(Patience.Deadline));
        Assert.Equal(ErrorCode.BlobUploadTooSlow, exception.Code);
        Assert.Equal(
            "the body came in slower than 10 bytes a second for 60 seconds (portal.limits.mindatarate, portal.limits.graceperiod)",
            exception.Message);
    }

    [Fact]
    public async Task Read_WithEnoughInEveryWindow_GoesOnForever()
    {
        for (var window = 0; window < 50; window++)
        {
            Assert.Equal(600, await SendAndReadAsync(600));
            var pending = ReadAsync();
            _time.Advance(Window);
            Assert.False(pending.IsCompleted);
            await SendAsync(1);
            Assert.Equal(1, await pending.WaitAsync(Patience.Deadline));
        }
    }

    [Fact]
    public async Task Read_AfterAFastBeginning_FailsWhenItStops()
    {
        await SendAndReadAsync(5_000_000);
        var read = ReadAsync();

        _time.Advance(Window);
        Assert.False(read.IsCompleted);
        _time.Advance(Window);

        await Assert.ThrowsAsync<OciException>(() => read.WaitAsync(Patience.Deadline));
    }

    [Fact]
    public async Task Read_OfATrickle_Fails()
    {
        for (var second = 0; second < 59; second++)
        {
            await SendAndReadAsync(5);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        var read = ReadAsync();
        _time.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<OciException>(() => read.WaitAsync(Patience.Deadline));
    }

    [Fact]
    public async Task Read_OfBytesThatWereKept_CountsThemOnce()
    {
        await SendAsync(500);
        var first = await _body.ReadAsync();
        _body.AdvanceTo(first.Buffer.Start, first.Buffer.End);
        await SendAsync(50);
        Assert.Equal(550, await ReadAsync());
        var read = ReadAsync();

        _time.Advance(Window);

        await Assert.ThrowsAsync<OciException>(() => read.WaitAsync(Patience.Deadline));
    }

    [Fact]
    public async Task Read_WhenTheReaderItselfWasSlow_BlamesNobody()
    {
        await SendAndReadAsync(1);

        _time.Advance(10 * Window);

        Assert.Equal(7, await SendAndReadAsync(7));
    }

    [Fact]
    public async Task Read_OfTheEnd_IsCompletedAndLast()
    {
        await SendAsync(3);
        await _pipe.Writer.CompleteAsync();

        var read = await _body.ReadAsync();

        Assert.Equal((3, true, false), (read.Buffer.Length, read.IsCompleted, read.IsCanceled));
        _body.AdvanceTo(read.Buffer.End);
    }

    [Fact]
    public async Task Dispose_EndsTheWatch()
    {
        await _body.DisposeAsync();
        var read = ReadAsync();

        _time.Advance(10 * Window);

        Assert.False(read.IsCompleted);
        await SendAsync(2);
        Assert.Equal(2, await read.WaitAsync(Patience.Deadline));
    }

    [Fact]
    public async Task Read_WithoutABound_WaitsForever()
    {
        await using var body = new PacedBody(_pipe.Reader, Rate(0), ErrorCode.BlobUploadTooSlow);
        var read = body.ReadAsync().AsTask();

        _time.Advance(10 * Window);

        Assert.False(read.IsCompleted);
        await SendAsync(2);
        Assert.Equal(2, (await read.WaitAsync(Patience.Deadline)).Buffer.Length);
    }

    private async Task SendAsync(int bytes) => await _pipe.Writer.WriteAsync(new byte[bytes]);

    private async Task<long> SendAndReadAsync(int bytes)
    {
        await SendAsync(bytes);
        return await ReadAsync().WaitAsync(Patience.Deadline);
    }

    private async Task<long> ReadAsync()
    {
        var read = await _body.ReadAsync();
        _body.AdvanceTo(read.Buffer.End);
        return read.Buffer.Length;
    }
}
