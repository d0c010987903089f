using Portal.Registry.Configuration;
using Portal.Web.Hosting;

namespace Portal.Tests.Fixtures;

/// <summary>The portal as <c>serve</c> runs it, with a configuration that a test can change while it runs.</summary>
public sealed class HostedPortal : IAsyncDisposable
{
    private static readonly Dictionary<string, string> NoVariables = [];

    private readonly CancellationTokenSource _stop = new();
    private readonly PortalHost _host;
    private readonly Task _running;

    private HostedPortal(PortalHost host, RunningConfiguration running)
    {
        (_host, Running) = (host, running);
        _running = host.RunAsync(_stop.Token);
    }

    public RunningConfiguration Running { get; }

    public IServiceProvider Services => _host.Application.Services;

    public Uri Address => _host.Application.RegistryAddress;

    public Uri Pages => _host.Application.PortalAddress!;

    /// <param name="path">The file that holds the text; null for none.</param>
    public static async Task<HostedPortal> StartAsync(string yaml, string? path = null)
    {
        var running = new RunningConfiguration(Read(yaml), path, NoVariables, TimeProvider.System);
        var host = new PortalHost(running);
        await host.StartAsync(CancellationToken.None);
        return new HostedPortal(host, running);
    }

    public ConfigurationChanges Apply(string yaml) => Running.Apply(Read(yaml));

    /// <summary>Applies what takes a rebuild and waits for its end.</summary>
    public async Task<RebuildOutcome> RebuildAsync(string yaml)
    {
        var ended = NextRebuild();
        Apply(yaml);
        return await ended.WaitAsync(Patience.Deadline);
    }

    /// <summary>Tells it to stop, as <c>SIGTERM</c> does, and waits until it has.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async Task<RebuildOutcome> NextRebuild()
    {
        var before = Running.LastRebuild;
        var ended = new TaskCompletionSource<RebuildOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look()
        {
            if (Running.LastRebuild is { } outcome && outcome != before)
            {
                ended.TrySetResult(outcome);
            }
        }

        Running.Changed += Look;
        try
        {
            return await ended.Task;
        }
        finally
        {
            Running.Changed -= Look;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _host.DisposeAsync();
        _stop.Dispose();
    }

    private static RunningVersion Read(string yaml)
    {
        var loaded = ConfigurationLoader.Parse(yaml, file: null, NoVariables);
        return new RunningVersion(
            loaded.Configuration ?? throw new ArgumentException(string.Join('\n', loaded.Problems), nameof(yaml)), yaml);
    }
}
