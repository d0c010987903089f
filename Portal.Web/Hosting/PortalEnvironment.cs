using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Drivers;
using Portal.Registry.Transport;
using Portal.Storage.Drivers;
using Portal.Storage.Drivers.InMemory;

namespace Portal.Web.Hosting;

/// <summary>What outlives an application when the portal is rebuilt inside its process.</summary>
public sealed class PortalEnvironment(RunningConfiguration running) : IDisposable
{
    private InMemoryDriver? _memory;

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

    /// <summary>Images in memory, which a rebuild must not lose.</summary>
    /// <returns>Null for a driver that keeps its content elsewhere.</returns>
    public IStorageDriver? DriverFor(DriverConfiguration driver) =>
        driver is InMemoryDriverConfiguration ? _memory ??= new InMemoryDriver(TimeProvider.System) : null;

    public void Dispose() => Sockets.Dispose();
}
