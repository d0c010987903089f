using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Drivers;
using Portal.Storage.Drivers;
using Portal.Storage.Reasons;

namespace Portal.Registry.Health;

/// <summary><c>health.storagedriver</c>: whether the storage answers. Its root is asked for.</summary>
/// <param name="configuration">Which driver it is.</param>
public sealed class StorageProbe(IStorageDriver driver, DriverConfiguration configuration, HealthCheckPace pace)
    : HealthProbe("storage", $"storagedriver_{NameOf(configuration)}", pace, Patience)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Without a root a store is empty, and answers: the first push makes it. One that was there and is gone is a volume that went.
    private bool _hadRoot;

    protected override async Task<Reason?> FindFaultAsync(CancellationToken cancellationToken)
    {
        var hasRoot = await driver.StatAsync(StoragePath.Root, cancellationToken) is not null;
        _hadRoot |= hasRoot && configuration is FileSystemDriverConfiguration;
        return _hadRoot && !hasRoot ? new Reason(HealthFault.RootGone, $"the storage's root is gone") : null;
    }

    protected override Reason Describe(Exception exception) => new(HealthFault.StorageUnreadable, $"the storage cannot be read: {exception.Message}");

    /// <summary>The driver as the configuration writes it: its section's name is its type's.</summary>
    private static string NameOf(DriverConfiguration configuration) =>
        configuration.GetType().Name.Replace(nameof(DriverConfiguration), "", StringComparison.Ordinal).ToLowerInvariant();
}
