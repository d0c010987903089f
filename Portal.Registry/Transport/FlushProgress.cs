namespace Portal.Registry.Transport;

/// <summary>
/// How far a client has taken an answer, as the answer's own flushes tell it. Good where <see cref="TcpProgress"/> knows
/// nothing of the one answer: an HTTP/2 connection carries many, each held back by its client's own window.
/// </summary>
public sealed class FlushProgress
{
    private long _bytes;
    private volatile bool _isWaiting;

    /// <summary>A flush begins: the client is waited for until <see cref="Taken"/>.</summary>
    public void Waiting() => _isWaiting = true;

    /// <summary>The flush of so many bytes has ended.</summary>
    public void Taken(int bytes)
    {
        _isWaiting = false;
        Volatile.Write(ref _bytes, _bytes + bytes);
    }

    public ClientProgress Look() => new(Volatile.Read(ref _bytes), _isWaiting);
}
