using Portal.Registry.Configuration;

namespace Portal.Registry.Transport;

/// <summary>How far a client has come.</summary>
/// <param name="Bytes">What it has sent or taken so far.</param>
/// <param name="IsItsTurn">Whether the client is waited for at this moment; else the registry itself is what is slow.</param>
public readonly record struct ClientProgress(long Bytes, bool IsItsTurn);

/// <summary>
/// The slowest that a client may be: <c>portal.limits.mindatarate</c> bytes a second over <c>portal.limits.graceperiod</c>.
/// It is measured by that window and not from the beginning, so that a gigabyte that came fast buys no weeks of silence
/// afterwards. Every window is measured by itself: a client that stops is noticed after one to two.
/// </summary>
public sealed class DataRate(LiveConfiguration live, TimeProvider time)
{
    /// <summary>Looks at the end of each window. It costs a timer, whatever the number of bytes.</summary>
    /// <param name="progress">How far the client is now. Called on another thread.</param>
    /// <param name="giveUp">Called, on another thread, when it was waited for at a window's end and moved too little in it.</param>
    /// <returns>Dispose it to end the watch: nothing is called after that. Null without a bound.</returns>
    public IAsyncDisposable? Watch(Func<ClientProgress> progress, Action giveUp)
    {
        var limits = live.Current.Portal.Limits;
        return limits.MinDataRate == 0
            ? null
            : new WindowWatch((long)(limits.MinDataRate * limits.GracePeriod.TotalSeconds), progress, giveUp).Start(time, limits.GracePeriod);
    }

    public override string ToString()
    {
        var limits = live.Current.Portal.Limits;
        return $"{limits.MinDataRate} bytes a second for {limits.GracePeriod.TotalSeconds:0.###} seconds";
    }

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
