using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Drivers;
using Portal.Web;
using Portal.Web.Hosting;

namespace Portal.Tests.Fixtures;

/// <summary>The real application on free loopback ports, with a folder of its own.</summary>
public class PortalFixture : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private PortalApplication? _application;

    public string Root => _folder.Path;

    public Uri RegistryAddress => _application!.RegistryAddress;

    public Uri PortalAddress => _application!.PortalAddress!;

    public IServiceProvider Services => _application!.Services;

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
    protected virtual RunningConfiguration Running => new(Configuration, path: null, new Dictionary<string, string>());

    public T Get<T>()
        where T : notnull => _application!.Services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        var running = Running;
        _application = new PortalApplication(running.Current, running);
        await _application.StartAsync(CancellationToken.None);
        Client = new RegistryClient(RegistryAddress);
    }

    /// <summary>Stops the application and starts another one over the same folder.</summary>
    public async Task RestartAsync()
    {
        await EndAsync();
        await InitializeAsync();
    }

    public Task StopAsync() => _application!.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task EndAsync()
    {
        Client.Dispose();
        await StopAsync();
        await _application!.DisposeAsync();
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
