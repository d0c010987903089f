using Microsoft.Extensions.Diagnostics.HealthChecks;
using Portal.Storage.Drivers;

namespace Portal.Registry.Health;

/// <summary>Whether the storage answers: its root is asked for.</summary>
public sealed class StorageHealthCheck(IStorageDriver driver) : IHealthCheck
{
    // A mount that hangs must not hang whoever asks.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var root = await driver.StatAsync(StoragePath.Root, cancellationToken).AsTask().WaitAsync(Patience, cancellationToken);
            return root is null ? HealthCheckResult.Unhealthy("the storage's root is not there") : HealthCheckResult.Healthy();
        }
        catch (TimeoutException)
        {
            return HealthCheckResult.Unhealthy($"the storage did not answer within {Patience.TotalSeconds} s");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return HealthCheckResult.Unhealthy($"the storage cannot be read: {exception.Message}");
        }
    }
}
