namespace Portal.Registry.Transport;

/// <summary>How far a client has come.</summary>
/// <param name="Bytes">What it has sent or taken so far.</param>
/// <param name="IsItsTurn">Whether the client is waited for at this moment; else the registry itself is what is slow.</param>
public readonly record struct ClientProgress(long Bytes, bool IsItsTurn);

/// <summary>
/// The slowest that a client may be. It is measured by the window and not from the beginning, so that a gigabyte that
/// came fast buys no weeks of silence afterwards.
/// </summary>
/// <param name="bytesPerSecond">0 for no bound.</param>
/// <param name="window">Every one of them is measured by itself: a client that stops is noticed after one to two.</param>
public sealed class DataRate(int bytesPerSecond, TimeSpan window, TimeProvider time)
{
    private readonly long _leastBytes = (long)(bytesPerSecond * window.TotalSeconds);

    /// <summary>Looks at the end of each window. It costs a timer, whatever the number of bytes.</summary>
    /// <param name="progress">How far the client is now. Called on another thread.</param>
    /// <param name="giveUp">Called, on another thread, when it was waited for at a window's end and moved too little in it.</param>
    /// <returns>Dispose it to end the watch: nothing is called after that. Null without a bound.</returns>
    public IAsyncDisposable? Watch(Func<ClientProgress> progress, Action giveUp)
    {
        return bytesPerSecond == 0
            ? null
            : new WindowWatch(_leastBytes, progress, giveUp).Start(time, window);
    }

    public override string ToString() => $"{bytesPerSecond} bytes a second for {window.TotalSeconds:0.###} seconds";

    private sealed class WindowWatch(long leastBytes, Func<ClientProgress> progress, Action giveUp)
    {
        private readonly Lock _turn = new();
        private long _before = progress().Bytes;

        public ITimer Start(TimeProvider time, TimeSpan window) =>
            time.CreateTimer(static watch => ((WindowWatch)watch!).Look(), this, window, window);

        private void Look()
        {
            lock (_turn)
            {
                var now = progress();
                if (now.IsItsTurn && now.Bytes - _before < leastBytes)
                {
                    giveUp();
                }

                _before = now.Bytes;
            }
        }
    }
}
