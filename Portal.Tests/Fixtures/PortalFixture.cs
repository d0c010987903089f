using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Registry.Catalog;
using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Drivers;
using Portal.Web;
using Portal.Web.Hosting;

namespace Portal.Tests.Fixtures;

/// <summary>The real application on free loopback ports, with a folder of its own.</summary>
public class PortalFixture : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private CancellationTokenSource _stop = new();
    private PortalHost? _host;
    private Task _running = Task.CompletedTask;

    public string Root => _folder.Path;

    public Uri RegistryAddress => Application.RegistryAddress;

    public Uri PortalAddress => Application.PortalAddress!;

    public Uri DebugAddress => Application.DebugAddress!;

    /// <summary>Where the first administrator can be named; null when there is no need.</summary>
    public Uri? SetupLink => Application.SetupLink;

    public IServiceProvider Services => Application.Services;

    public RegistryClient Client { get; private set; } = null!;

    protected virtual RegistryConfiguration Configuration => new()
    {
        Log = new LogConfiguration { Level = LogLevel.Warning, AccessLogDisabled = true },
        Storage = new StorageConfiguration
        {
            Driver = new FileSystemDriverConfiguration { RootDirectory = Root },
            DeleteEnabled = true,
        },
        Http = new HttpConfiguration { Addr = new ListenAddress("127.0.0.1", 0), Secret = "for tests", DrainTimeout = Patience.Deadline },
        Portal = new PortalConfiguration { Addr = new ListenAddress("127.0.0.1", 0) },
    };

    /// <summary>What the application is started with, and where it came from.</summary>
    protected virtual RunningConfiguration Running =>
        new(new RunningVersion(Configuration, string.Empty), path: null, new Dictionary<string, string>(), TimeProvider.System);

    private PortalApplication Application => _host!.Application;

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        _stop = new CancellationTokenSource();
        _host = new PortalHost(Running);
        await _host.StartAsync(CancellationToken.None);
        _running = _host.RunAsync(_stop.Token);
        Client = CreateClient();
        await IndexedAsync();
    }

    /// <summary>Waits until the index has all that was pushed, however long that takes; after a start until it was read once.</summary>
    public async Task IndexedAsync()
    {
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while (!await Get<CatalogIndexer>().CaughtUpAsync(deadline.Token) && Get<CatalogFeed>().Progress.Failure is null)
        {
            await Task.Delay(5, deadline.Token);
        }
    }

    /// <summary>Stops the application and starts another one over the same folder.</summary>
    public async Task RestartAsync()
    {
        await EndAsync();
        await InitializeAsync();
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected virtual RegistryClient CreateClient() => new(RegistryAddress);

    private async Task EndAsync()
    {
        // A test may be about a start that fails.
        Client?.Dispose();
        if (_host is not null)
        {
            await StopAsync();
            await _host.DisposeAsync();
        }
    }
}

/// <summary>The same, which waits for no request when it is stopped.</summary>
public sealed class UndrainedPortalFixture : PortalFixture
{
    protected override RegistryConfiguration Configuration => base.Configuration with
    {
        Http = base.Configuration.Http with { DrainTimeout = TimeSpan.Zero },
    };
}

/// <summary>The same, which can be made read-only by a restart.</summary>
public sealed class LockablePortalFixture : PortalFixture
{
    public bool IsReadOnly { get; set; }

    protected override RegistryConfiguration Configuration => base.Configuration with
    {
        Storage = base.Configuration.Storage with { ReadOnly = IsReadOnly },
    };
}

/// <summary>The same with deletion off and everything in memory.</summary>
public sealed class ReadOnlyPortalFixture : PortalFixture
{
    protected override RegistryConfiguration Configuration => base.Configuration with
    {
        Storage = new StorageConfiguration { Driver = new InMemoryDriverConfiguration() },
    };
}
