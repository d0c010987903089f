using Portal.Registry;
using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Drivers;
using Portal.Registry.Transport;
using Portal.Storage.Drivers.InMemory;

namespace Portal.Web.Hosting;

/// <summary>What outlives an application when the portal is rebuilt inside its process.</summary>
public sealed class PortalEnvironment(RunningConfiguration running) : IDisposable
{
    // A rebuild must not lose the images.
    private InMemoryDriver? _memory;
    private DirectoryInfo? _temporary;

    /// <summary>For an application that nobody reconfigures.</summary>
    public PortalEnvironment(RegistryConfiguration configuration)
        : this(new RunningConfiguration(
            new RunningVersion(configuration, string.Empty), path: null, new Dictionary<string, string>(), TimeProvider.System))
    {
    }

    /// <summary>The configuration of the process.</summary>
    public RunningConfiguration Running { get; } = running;

    /// <summary>Where clients knock.</summary>
    public ListeningSockets Sockets { get; } = new();

    /// <summary>Opens the storage that a configuration names.</summary>
    public RegistryContent Open(RegistryConfiguration configuration) => new(
        configuration,
        TimeProvider.System,
        configuration.Storage.Driver is InMemoryDriverConfiguration ? _memory ??= new InMemoryDriver(TimeProvider.System) : null);

    /// <summary>A folder for the portal's own files, where the configuration gives none.</summary>
    public string TemporaryFolder() => (_temporary ??= Directory.CreateTempSubdirectory("registry-portal-")).FullName;

    public void Dispose()
    {
        if (_temporary is { Exists: true })
        {
            _temporary.Delete(recursive: true);
        }
    }
}
