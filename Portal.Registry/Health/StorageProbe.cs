using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Drivers;
using Portal.Storage.Drivers;

namespace Portal.Registry.Health;

/// <summary><c>health.storagedriver</c>: whether the storage answers. Its root is asked for.</summary>
/// <param name="configuration">Which driver it is.</param>
public sealed class StorageProbe(IStorageDriver driver, DriverConfiguration configuration, HealthCheckPace pace)
    : HealthProbe("storage", $"storagedriver_{NameOf(configuration)}", pace, Patience)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // A store of objects has no folders: with nothing in it, it has no root either, and is well.
    private readonly bool _hasRoot = configuration is FileSystemDriverConfiguration;

    protected override async Task<string?> FindFaultAsync(CancellationToken cancellationToken) =>
        await driver.StatAsync(StoragePath.Root, cancellationToken) is null && _hasRoot ? "the storage's root is not there" : null;

    protected override string Describe(Exception exception) => $"the storage cannot be read: {exception.Message}";

    /// <summary>The driver as the configuration writes it: its section's name is its type's.</summary>
    private static string NameOf(DriverConfiguration configuration) =>
        configuration.GetType().Name.Replace(nameof(DriverConfiguration), "", StringComparison.Ordinal).ToLowerInvariant();
}
