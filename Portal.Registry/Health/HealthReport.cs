using Portal.Registry.Auth;
using Portal.Storage.History;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Registry.Health;

/// <summary>The checks and what became of them, for administrators to read.</summary>
public sealed class HealthReport(HealthState state, HealthHistory history, Permissions permissions)
{
    /// <summary>How each check stands, in the order of the configuration.</summary>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public IReadOnlyList<CheckState> Checks(Identity by)
    {
        permissions.RequireAdministrator(by);
        return state.Checks;
    }

    /// <summary>When checks began to fail and healed, newest first, and how many changes there are in all.</summary>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public Task<RowPage<HealthChange>> ChangesAsync(Identity by, int skip, int take, CancellationToken cancellationToken)
    {
        permissions.RequireAdministrator(by);
        return history.FindAsync(skip, take, cancellationToken);
    }
}
