using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Portal.Registry.Protocol;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Protocol;

/// <summary>
/// The reader over a pipe, which stands for the connection's input and for the server's own reader as well: what that
/// one is left with can then be looked at.
/// </summary>
public sealed class ChunkedBodyTests
{
    private const int Seed = 20_261_125;

    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly ChunkedBody _body;

    public ChunkedBodyTests()
    {
        _body = new ChunkedBody(_pipe.Reader, _pipe.Reader);
    }

    [Fact]
    public async Task Chunks_OfAnySize_CutAnywhere_KeptOrNot_AreTheContent()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 200; round++)
        {
            var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
            var content = new byte[random.Next(1, 5000)];
            random.NextBytes(content);
            var sending = SendAsync(pipe.Writer, [.. Chunked(content, random), .. "0\r\n\r\n"u8], random);

            var received = await ReceiveAsync(new ChunkedBody(pipe.Reader, pipe.Reader), content.Length, random).WaitAsync(Patience.Deadline);

            await sending;
            Assert.Equal(content, received);
        }
    }

    [Theory]
    [InlineData("0\r\n\r\n")]
    [InlineData("0\r\nTrailer: a\r\n\r\nGET / HTTP/1.1\r\n")]
    [InlineData("5;name=value\r\nhello\r\n")]
    [InlineData("12345678\r\n")]
    [InlineData("-1\r\n")]
    [InlineData("zz\r\n")]
    [InlineData(" 5\r\nhello\r\n")]
    [InlineData("\r\n")]
    public async Task ALineThatIsNoPlainSize_IsLeftToTheServersReader(string rest)
    {
        await _pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes("3\r\nabc\r\n" + rest));

        Assert.Equal("abc", await ReadAsync());
        Assert.Equal(rest, await ReadAsync());
    }

    [Theory]
    [InlineData("3\r\nabcd\r\n")]
    [InlineData("3\r\nabc\n")]
    [InlineData("3\r\nabc\r\r")]
    public async Task AChunkThatDoesNotEndWhereItSaid_IsRefused(string chunk)
    {
        await _pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(chunk + "....."));

        await Assert.ThrowsAsync<BadHttpRequestException>(async () => await _body.ReadAsync(CancellationToken.None));
        await _body.LeaveAsync(TimeProvider.System, CancellationToken.None).WaitAsync(Patience.Deadline);

        Assert.True(_body.IsInside);
        Assert.True(_pipe.Reader.TryRead(out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("3\r\n")]
    [InlineData("3\r\nabc")]
    [InlineData("3\r\nabc\r\n")]
    public async Task ABodyThatBreaksOff_IsRefusedBehindWhatArrived(string body)
    {
        await _pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(body));
        await _pipe.Writer.CompleteAsync();

        if (body.Contains("abc", StringComparison.Ordinal))
        {
            Assert.Equal("abc", await ReadAsync());
        }

        await Assert.ThrowsAsync<BadHttpRequestException>(async () => await _body.ReadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Cancelled_GivesBackWhatIsKept()
    {
        await _pipe.Writer.WriteAsync("3\r\nabc"u8.ToArray());
        var first = await _body.ReadAsync(CancellationToken.None);
        _body.AdvanceTo(first.Buffer.Start, first.Buffer.End);
        var pending = _body.ReadAsync(CancellationToken.None).AsTask();

        _body.CancelPendingRead();

        var second = await pending.WaitAsync(Patience.Deadline);
        Assert.True(second.IsCanceled);
        Assert.Equal("abc", Encoding.ASCII.GetString(second.Buffer));
    }

    [Theory]
    [InlineData("a\r\n01234", "56789\r\n0\r\n\r\n", "0\r\n\r\n")]
    [InlineData("a\r\n0123456789", "\r\n0\r\n\r\n", "0\r\n\r\n")]
    [InlineData("a\r\n0123456789\r", "\n0\r\n\r\n", "0\r\n\r\n")]
    [InlineData("a\r\n0123456789\r\n", "3\r\nabc\r\n0\r\n\r\n", "3\r\nabc\r\n0\r\n\r\n")]
    public async Task Leave_InTheMidstOfAChunk_LeavesTheServersReaderALine(string before, string behind, string rest)
    {
        await _pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(before));
        await ReadAsync();

        var leaving = _body.LeaveAsync(TimeProvider.System, CancellationToken.None);
        await _pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(behind));
        await leaving.WaitAsync(Patience.Deadline);

        var left = await _pipe.Reader.ReadAsync(CancellationToken.None).AsTask().WaitAsync(Patience.Deadline);
        Assert.Equal(rest, Encoding.ASCII.GetString(left.Buffer));
    }

    [Fact]
    public async Task Leave_OfABodyThatBreaksOff_Ends()
    {
        await _pipe.Writer.WriteAsync("a\r\n01234"u8.ToArray());
        await ReadAsync();
        await _pipe.Writer.CompleteAsync();

        await _body.LeaveAsync(TimeProvider.System, CancellationToken.None).WaitAsync(Patience.Deadline);
        Assert.True(_body.IsInside);
    }

    [Fact]
    public async Task Leave_OfARestThatDoesNotCome_EndsInTime()
    {
        var time = new FakeTimeProvider();
        await _pipe.Writer.WriteAsync("a\r\n01234"u8.ToArray());
        await ReadAsync();

        var leaving = _body.LeaveAsync(time, CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(6));
        await leaving.WaitAsync(Patience.Deadline);

        Assert.True(_body.IsInside);
    }

    [Theory]
    [InlineData("3\r\nabc\r\n", "0\r\n\r\n")]
    [InlineData("3\r\nabc", "\r\n0\r\n\r\n")]
    public async Task ABodyThatIsReadToItsEnd_LeavesNothing(string before, string behind)
    {
        await _pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(before));
        Assert.Equal("abc", await ReadAsync());
        await _pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(behind));
        Assert.Equal("0\r\n\r\n", await ReadAsync());

        Assert.False(_body.IsInside);
        await _body.LeaveAsync(TimeProvider.System, CancellationToken.None).WaitAsync(Patience.Deadline);
    }

    private async Task<string> ReadAsync()
    {
        var read = await _body.ReadAsync(CancellationToken.None).AsTask().WaitAsync(Patience.Deadline);
        var text = Encoding.ASCII.GetString(read.Buffer);
        _body.AdvanceTo(read.Buffer.End);
        return text;
    }

    private static List<byte> Chunked(byte[] content, Random random)
    {
        var framed = new List<byte>();
        for (var start = 0; start < content.Length;)
        {
            var size = random.Next(1, content.Length - start + 1);
            framed.AddRange(Encoding.ASCII.GetBytes(size.ToString(random.Next(2) == 0 ? "x" : "X", CultureInfo.InvariantCulture) + "\r\n"));
            framed.AddRange(content.AsSpan(start, size));
            framed.AddRange("\r\n"u8);
            start += size;
        }

        return framed;
    }

    private static async Task SendAsync(PipeWriter writer, byte[] bytes, Random random)
    {
        var cuts = new Random(random.Next());
        for (var start = 0; start < bytes.Length;)
        {
            var size = Math.Min(cuts.Next(1, 600), bytes.Length - start);
            await writer.WriteAsync(bytes.AsMemory(start, size));
            start += size;
            await Task.Yield();
        }
    }

    /// <summary>Reads as an upload does: some of a read may stay until the next one.</summary>
    private static async Task<byte[]> ReceiveAsync(ChunkedBody body, int length, Random random)
    {
        var received = new ArrayBufferWriter<byte>();
        var kept = 0L;
        while (received.WrittenCount < length || kept > 0)
        {
            var read = await body.ReadAsync(CancellationToken.None);
            foreach (var part in read.Buffer.Slice(kept))
            {
                received.Write(part.Span);
            }

            kept = random.Next(2) == 0 ? 0 : random.NextInt64(0, read.Buffer.Length - kept + 1);
            kept = read.Buffer.Slice(read.Buffer.Length - kept).Length;
            body.AdvanceTo(read.Buffer.GetPosition(read.Buffer.Length - kept), read.Buffer.End);
        }

        return received.WrittenSpan.ToArray();
    }
}
