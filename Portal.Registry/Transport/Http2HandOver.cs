using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Portal.Registry.Transport;

/// <summary>
/// HTTP/2 without TLS on a port of HTTP/1.1 (RFC 9113, 3.3: prior knowledge). Kestrel gives a listener without TLS one
/// protocol. So a connection that begins with HTTP/2's preface is handed over to a second listener, which has no port
/// and speaks HTTP/2 alone.
/// </summary>
/// <param name="patience">How long a connection may say nothing before its first request.</param>
public sealed class Http2HandOver(TimeSpan patience)
{
    private static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    private readonly HandOverEnd _end = new();

    /// <summary>The second listener's end; <see cref="HandOverTransport"/> binds it.</summary>
    public EndPoint End => _end;

    /// <summary>A connection middleware, for the listener that has the port.</summary>
    public ConnectionDelegate Use(ConnectionDelegate next) => async connection =>
    {
        // What ends before it tells is for HTTP/1.1 to judge.
        switch (await FirstBytes.JudgeAsync(connection, patience, Compare))
        {
            case true:
                var handedOver = new HandedOverConnection(connection);
                if (_end.Connections.Writer.TryWrite(handedOver))
                {
                    await handedOver.Ended;
                }

                break;
            case false:
                await next(connection);
                break;
            default:
                break;
        }
    };

    /// <returns>Null when it begins so, and is not whole yet.</returns>
    private static bool? Compare(ReadOnlySequence<byte> content)
    {
        Span<byte> begun = stackalloc byte[Preface.Length];
        begun = begun[..(int)Math.Min(Preface.Length, content.Length)];
        content.Slice(0, begun.Length).CopyTo(begun);
        return !Preface.AsSpan().StartsWith(begun) ? false : begun.Length == Preface.Length ? true : null;
    }

    /// <summary>Where connections wait for the second listener.</summary>
    internal sealed class HandOverEnd : EndPoint
    {
        public Channel<ConnectionContext> Connections { get; } = Channel.CreateUnbounded<ConnectionContext>();

        public override string ToString() => "h2c";
    }

    /// <summary>The connection in the second listener's hands. The first one closes it, once the second is done.</summary>
    private sealed class HandedOverConnection(ConnectionContext connection) : ConnectionContext
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ended => _ended.Task;

        public override string ConnectionId
        {
            get => connection.ConnectionId;
            set => connection.ConnectionId = value;
        }

        public override IDuplexPipe Transport
        {
            get => connection.Transport;
            set => connection.Transport = value;
        }

        public override IDictionary<object, object?> Items
        {
            get => connection.Items;
            set => connection.Items = value;
        }

        public override IFeatureCollection Features => connection.Features;

        public override CancellationToken ConnectionClosed
        {
            get => connection.ConnectionClosed;
            set => connection.ConnectionClosed = value;
        }

        public override EndPoint? LocalEndPoint
        {
            get => connection.LocalEndPoint;
            set => connection.LocalEndPoint = value;
        }

        public override EndPoint? RemoteEndPoint
        {
            get => connection.RemoteEndPoint;
            set => connection.RemoteEndPoint = value;
        }

        public override void Abort(ConnectionAbortedException abortReason) => connection.Abort(abortReason);

        public override ValueTask DisposeAsync()
        {
            _ended.TrySetResult();
            return base.DisposeAsync();
        }
    }
}
