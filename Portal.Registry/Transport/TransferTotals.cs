namespace Portal.Registry.Transport;

/// <summary>Bytes that went over the network, in both directions, with everything that HTTP and TLS add.</summary>
public sealed class TransferTotals
{
    private long _received;
    private long _sent;

    public long Received => Interlocked.Read(ref _received);

    public long Sent => Interlocked.Read(ref _sent);

    internal void AddReceived(long bytes) => Interlocked.Add(ref _received, bytes);

    internal void AddSent(long bytes) => Interlocked.Add(ref _sent, bytes);
}

/// <summary>What one connection carries. It is taken before it is known whose it is, and told so a moment later.</summary>
public sealed class ConnectionTransfer
{
    private TransferTotals? _totals;
    private long _receivedBefore;

    /// <summary>Counts the connection's bytes, those that came already too.</summary>
    public void CountInto(TransferTotals totals)
    {
        Volatile.Write(ref _totals, totals);
        totals.AddReceived(Interlocked.Exchange(ref _receivedBefore, 0));
    }

    internal void Received(int bytes)
    {
        if (Volatile.Read(ref _totals) is { } totals)
        {
            totals.AddReceived(bytes);
            return;
        }

        Interlocked.Add(ref _receivedBefore, bytes);
        if (Volatile.Read(ref _totals) is { } meanwhile)
        {
            meanwhile.AddReceived(Interlocked.Exchange(ref _receivedBefore, 0));
        }
    }

    internal void Sent(int bytes) => Volatile.Read(ref _totals)?.AddSent(bytes);
}
