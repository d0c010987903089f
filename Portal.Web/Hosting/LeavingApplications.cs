namespace Portal.Web.Hosting;

/// <summary>
/// Applications that another one took the place of, each until its requests under way are done. There are few at a time:
/// one too many cuts short what the oldest still has.
/// </summary>
/// <param name="running">Tells those who are here of live changes, too.</param>
public sealed partial class LeavingApplications(RunningConfiguration running)
{
    /// <summary>How many may be here.</summary>
    public const int Most = 4;

    private readonly Lock _turn = new();
    private readonly List<Leaving> _all = [];

    /// <summary>How many are here.</summary>
    public int Count
    {
        get
        {
            lock (_turn)
            {
                return _all.Count;
            }
        }
    }

    /// <summary>Lets an application finish what it has under way, and ends it then.</summary>
    /// <param name="drain">How long that may take.</param>
    public void Add(PortalApplication application, TimeSpan drain, ILogger logger)
    {
        lock (_turn)
        {
            if (_all.Count >= Most)
            {
                Log.CutShort(logger, Most);
                _all[0].Cut.CancelAfter(TimeSpan.Zero);
            }

            var leaving = new Leaving(application);
            _all.Add(leaving);
            leaving.Done = EndAsync(leaving, drain, logger);
        }
    }

    /// <summary>Done when nobody is here any more.</summary>
    public Task WhenGoneAsync()
    {
        lock (_turn)
        {
            return Task.WhenAll(_all.Select(leaving => leaving.Done));
        }
    }

    /// <summary>Gives those who are here this much time and no more.</summary>
    public void Hurry(TimeSpan within)
    {
        lock (_turn)
        {
            _all.ForEach(leaving => leaving.Cut.CancelAfter(within));
        }
    }

    private async Task EndAsync(Leaving leaving, TimeSpan drain, ILogger logger)
    {
        await Task.Yield();
        try
        {
            await using var application = leaving.Application;
            try
            {
                await application.GiveWayAsync(drain, leaving.Cut.Token);
            }
            finally
            {
                // Before it is disposed of: what is disposed cannot be told of a change.
                running.Detach(application.Live);
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // It serves nobody any more, and must not take down the one that does.
            Log.NotInOrder(logger, exception);
        }

        lock (_turn)
        {
            _all.Remove(leaving);
            leaving.Cut.Dispose();
        }
    }

    private sealed record Leaving(PortalApplication Application)
    {
        public CancellationTokenSource Cut { get; } = new();

        public Task Done { get; set; } = Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "the configuration took {Most} restarts while requests are under way since before the first: those are cut off now")]
        public static partial void CutShort(ILogger logger, int most);

        [LoggerMessage(LogLevel.Warning, "the portal with the configuration of before did not end in order")]
        public static partial void NotInOrder(ILogger logger, Exception exception);
    }
}
