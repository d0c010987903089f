namespace Portal.Web.Components.Live;

public enum PageState
{
    /// <summary>Nothing is known yet.</summary>
    Loading,
    Ready,

    /// <summary>What the address names is not there.</summary>
    Missing,

    /// <summary>It could not be read; the log says why.</summary>
    Failed,
}

/// <summary>What a page shows, and how its loading stands. Only the newest load counts.</summary>
public sealed partial class PageData<T>(ILogger logger) : IDisposable
    where T : class
{
    private CancellationTokenSource? _running;

    /// <summary>What was loaded last; it stays while a newer load runs.</summary>
    public T? Value { get; private set; }

    public PageState State { get; private set; }

    /// <summary>Loads anew. A load that is still running is given up.</summary>
    /// <param name="load">Returns null when what it looks for is not there.</param>
    public async Task LoadAsync(Func<CancellationToken, Task<T?>> load)
    {
        using var mine = new CancellationTokenSource();
        if (Interlocked.Exchange(ref _running, mine) is { } previous)
        {
            await previous.CancelAsync();
        }

        try
        {
            var value = await load(mine.Token);
            if (_running == mine)
            {
                Value = value;
                State = value is null ? PageState.Missing : PageState.Ready;
            }
        }
        catch (Exception) when (mine.IsCancellationRequested)
        {
            // However a database says that it was interrupted.
            // The newer load shows its result.
        }
        catch (Exception exception) when (_running == mine)
        {
            State = PageState.Failed;
            Log.LoadFailed(logger, exception, typeof(T).Name);
        }
        finally
        {
            Interlocked.CompareExchange(ref _running, null, mine);
        }
    }

    /// <summary>Back to the state before the first load: for a page whose address now names something else.</summary>
    public void Clear()
    {
        Value = null;
        State = PageState.Loading;
    }

    public void Dispose()
    {
        Interlocked.Exchange(ref _running, null)?.Cancel();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "A page could not load its {Data}")]
        public static partial void LoadFailed(ILogger logger, Exception exception, string data);
    }
}
