using Portal.Storage.Accounts;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Registry.Auth;

/// <summary>The audit trail, for administrators to read.</summary>
public sealed class AuditLog(AuditStore store, Permissions permissions)
{
    /// <summary>The wanted lines, newest first, and how many there are in all.</summary>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public Task<RowPage<AuditEntry>> FindAsync(Identity by, AuditQuery query, CancellationToken cancellationToken)
    {
        permissions.RequireAdministrator(by);
        return store.FindAsync(query, cancellationToken);
    }

    /// <summary>All wanted lines, newest first, read while they are taken.</summary>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public IAsyncEnumerable<AuditEntry> ReadAsync(Identity by, AuditQuery query, CancellationToken cancellationToken)
    {
        permissions.RequireAdministrator(by);
        return store.ReadAsync(query, cancellationToken);
    }
}
