using Microsoft.Extensions.Logging;

namespace Portal.Registry.Layers;

/// <summary>Work that several wait for and that is done once. It ends when nobody waits any more.</summary>
/// <param name="atOnce">How much of it runs at the same time.</param>
/// <param name="logger">Is told of a failure that nobody waited for.</param>
internal sealed partial class SharedWork(TimeProvider time, int atOnce, ILogger logger) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    // A page that is loaded again leaves, and is back at once.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Running> _running = [];
    private readonly SemaphoreSlim _turn = new(atOnce);

    /// <param name="key">The same work has the same key.</param>
    /// <param name="work">Is told where to report how far it is.</param>
    /// <param name="tell">Called every now and then with what was reported last; null for nobody.</param>
    public async Task RunAsync(
        string key, Func<Action<long>, CancellationToken, Task> work, Action<long>? tell, CancellationToken cancellationToken)
    {
        var running = Join(key, work);
        try
        {
            while (!running.Task.IsCompleted)
            {
                tell?.Invoke(running.Reported);
                cancellationToken.ThrowIfCancellationRequested();
                using var awake = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                await Task.WhenAny(running.Task, Task.Delay(Interval, time, awake.Token));
                await awake.CancelAsync();
            }

            await running.Task;
        }
        finally
        {
            Leave(key, running);
        }
    }

    public void Dispose() => _turn.Dispose();

    private Running Join(string key, Func<Action<long>, CancellationToken, Task> work)
    {
        lock (_lock)
        {
            if (!_running.TryGetValue(key, out var running) || running.Task.IsCompleted)
            {
                _running[key] = running = new Running();
                var started = running;
                running.Task = Task.Run(() => WorkAsync(started, work));
            }

            running.Waiting++;
            return running;
        }
    }

    private void Leave(string key, Running running)
    {
        lock (_lock)
        {
            if (--running.Waiting > 0)
            {
                return;
            }
        }

        _ = EndAsync(key, running);
    }

    private async Task EndAsync(string key, Running running)
    {
        var isSeen = running.Task.IsCompleted;
        if (!isSeen)
        {
            await Task.Delay(Grace, time);
        }

        lock (_lock)
        {
            if (running.Waiting > 0)
            {
                return;
            }

            // Who comes from now on begins anew.
            if (_running.GetValueOrDefault(key) == running)
            {
                _running.Remove(key);
            }
        }

        await running.Ended.CancelAsync();
        try
        {
            await running.Task;
        }
        catch (OperationCanceledException)
        {
            // Nobody waited any more.
        }
        catch (Exception exception)
        {
            if (!isSeen)
            {
                Log.FailedUnseen(logger, exception);
            }
        }
    }

    private async Task WorkAsync(Running running, Func<Action<long>, CancellationToken, Task> work)
    {
        await _turn.WaitAsync(running.Ended.Token);
        try
        {
            await work(value => running.Reported = value, running.Ended.Token);
        }
        finally
        {
            _turn.Release();
        }
    }

    private sealed class Running
    {
        private long _reported;

        public Task Task { get; set; } = Task.CompletedTask;

        public int Waiting { get; set; }

        public CancellationTokenSource Ended { get; } = new();

        public long Reported
        {
            get => Interlocked.Read(ref _reported);
            set => Interlocked.Exchange(ref _reported, value);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "What nobody waited for any more failed")]
        public static partial void FailedUnseen(ILogger logger, Exception exception);
    }
}
