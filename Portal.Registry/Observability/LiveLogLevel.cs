using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Portal.Registry.Configuration;

namespace Portal.Registry.Observability;

/// <summary><c>log.level</c> for every logger, those that there are already included.</summary>
internal sealed class LiveLogLevel : IConfigureOptions<LoggerFilterOptions>, IOptionsChangeTokenSource<LoggerFilterOptions>, IDisposable
{
    private readonly LiveConfiguration _live;
    private volatile CancellationTokenSource _changing = new();

    public LiveLogLevel(LiveConfiguration live)
    {
        _live = live;
        live.Changed += () => Interlocked.Exchange(ref _changing, new CancellationTokenSource()).Cancel();
    }

    public string Name => Options.DefaultName;

    public void Dispose() => _changing.Dispose();

    public IChangeToken GetChangeToken() => new CancellationChangeToken(_changing.Token);

    public void Configure(LoggerFilterOptions options)
    {
        var level = _live.Current.Log.Level;
        options.MinLevel = level;

        // The framework's own chatter is of use only to who debugs, and its scope of a request is not ours.
        if (level > LogLevel.Debug)
        {
            options.AddFilter("Microsoft", LogLevel.Warning);
            options.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

            // It warns that its keys are not encrypted at rest: they lie beside other secrets, for their owner alone.
            options.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        }
    }
}
