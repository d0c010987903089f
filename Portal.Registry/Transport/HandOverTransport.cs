using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Portal.Registry.Transport;

/// <summary>The transport of the listener that <see cref="Http2HandOver"/> hands connections to.</summary>
public sealed class HandOverTransport : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is Http2HandOver.HandOverEnd;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new(new HandOverListener((Http2HandOver.HandOverEnd)endpoint));

    private sealed class HandOverListener(Http2HandOver.HandOverEnd end) : IConnectionListener
    {
        public EndPoint EndPoint => end;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            try
            {
                return await end.Connections.Reader.ReadAsync(cancellationToken);
            }
            catch (ChannelClosedException)
            {
                return null;
            }
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            end.Connections.Writer.TryComplete();

            // Whoever still waits here is accepted by nobody.
            while (end.Connections.Reader.TryRead(out var waiting))
            {
                await waiting.DisposeAsync();
            }
        }

        public ValueTask DisposeAsync() => UnbindAsync(CancellationToken.None);
    }
}
