using Portal.Registry;
using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Drivers;
using Portal.Registry.Notifications;
using Portal.Registry.Transport;
using Portal.Storage.Drivers.InMemory;
using Portal.Web.Telemetry;

namespace Portal.Web.Hosting;

/// <summary>What outlives an application when the portal is rebuilt inside its process.</summary>
public sealed class PortalEnvironment(RunningConfiguration running) : IAsyncDisposable
{
    private InMemoryDriver? _memory;
    private RegistryContent? _content;
    private PendingEvents? _pending;
    private DirectoryInfo? _temporary;

    /// <summary>For an application that nobody reconfigures.</summary>
    public PortalEnvironment(RegistryConfiguration configuration)
        : this(new RunningConfiguration(
            new RunningVersion(configuration, string.Empty), path: null, new Dictionary<string, string>(), TimeProvider.System))
    {
    }

    /// <summary>The configuration of the process.</summary>
    public RunningConfiguration Running { get; } = running;

    /// <summary>Sends spans and figures; null unless the environment's variables ask for it.</summary>
    internal TelemetryExport? Telemetry { get; } =
        TelemetrySettings.From(running.Environment) is { } settings ? new TelemetryExport(settings) : null;

    /// <summary>Taken while a database is made or brought to this version at its first use: two applications may come to it at the same time.</summary>
    public SemaphoreSlim DatabaseTurn { get; } = new(1, 1);

    /// <summary>Where clients knock.</summary>
    public ListeningSockets Sockets { get; } = new();

    /// <summary>The storage that a configuration names: the one that is in use, when it is the same.</summary>
    public RegistryContent ContentFor(RegistryConfiguration configuration) =>
        _content is { } content && content.Is(configuration)
            ? content
            : new RegistryContent(
                configuration,
                TimeProvider.System,
                configuration.Storage.Driver is InMemoryDriverConfiguration ? Memory : null,
                isTraced: Telemetry is not null);

    /// <summary>Events on their way that are kept in a folder. Those of another folder stay there until it is used again.</summary>
    public PendingEvents PendingEventsIn(string folder) =>
        _pending?.Folder == folder ? _pending : _pending = new PendingEvents(folder);

    /// <summary>Takes a storage in use, and ends the one before, which nobody may use any more.</summary>
    public async ValueTask UseAsync(RegistryContent content)
    {
        if (_content != content && Interlocked.Exchange(ref _content, content) is { } former)
        {
            await former.DisposeAsync();
        }
    }

    /// <summary>Ends a storage that was never taken in use.</summary>
    public async ValueTask DiscardAsync(RegistryContent content)
    {
        if (_content != content)
        {
            await content.DisposeAsync();
        }
    }

    /// <summary>A folder for the portal's own files, where the configuration gives none.</summary>
    public string TemporaryFolder() => (_temporary ??= Directory.CreateTempSubdirectory("registry-portal-")).FullName;

    public async ValueTask DisposeAsync()
    {
        if (_content is not null)
        {
            await _content.DisposeAsync();
        }

        _pending?.Dispose();
        DatabaseTurn.Dispose();
        if (Telemetry is not null)
        {
            await Telemetry.DisposeAsync();
        }

        if (_temporary is { Exists: true })
        {
            _temporary.Delete(recursive: true);
        }
    }

    /// <summary>Images in memory, which a rebuild must not lose.</summary>
    private InMemoryDriver Memory => _memory ??= new InMemoryDriver(TimeProvider.System);
}
