using System.Net;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Registry.Remotes;

/// <summary>
/// The registries of <c>portal.registries</c>, for those who may see every repository here: what lies there has no
/// permissions of its own, since the portal signs in there as one user. Administrators may delete.
/// </summary>
public sealed class RemoteRegistries(LiveConfiguration live, Permissions permissions, AuditTrail audit, TimeProvider time) : IDisposable
{
    private readonly Lock _turn = new();
    private readonly Dictionary<string, RemoteRegistry> _open = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether there is any that this one may see.</summary>
    public bool Any(Identity who) => live.Current.Portal.Registries.Count > 0 && permissions.Visible(who).IsAll;

    /// <summary>All of them; none for somebody who may not see them.</summary>
    public IReadOnlyList<RemoteRegistryConfiguration> List(Identity who) => Any(who) ? live.Current.Portal.Registries : [];

    /// <returns>Null when there is none of this name, or it is not to be seen.</returns>
    public RemoteRegistry? Find(Identity who, string name)
    {
        if (List(who).FirstOrDefault(registry => registry.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } configuration)
        {
            return null;
        }

        lock (_turn)
        {
            return _open.TryGetValue(configuration.Name, out var open)
                ? open
                : _open[configuration.Name] = new RemoteRegistry(configuration, time);
        }
    }

    /// <summary>Why nothing can be deleted there, as a sentence; null when it can be tried.</summary>
    public Reason? WhyNothingIsDeleted(Identity who, RemoteRegistryConfiguration registry) =>
        registry.ReadOnly
            ? new Reason(RemoteRefusal.ConfiguredReadOnly, $"The configuration of this portal says readonly for this registry (portal.registries).")
        : permissions.WhyNothingChanges(who) is { } reason ? reason
        : !permissions.IsAdministrator(who)
            ? new Reason(RemoteRefusal.ForAdministrators, $"Only administrators of this portal may delete there.")
        : null;

    /// <summary>
    /// The tags that go with a manifest there. Each tag is asked for with the portal's own credentials, which is for nobody
    /// but those who may delete.
    /// </summary>
    /// <param name="progress">Told how many tags were looked at.</param>
    /// <returns>As <see cref="RemoteRegistry.ListTagsOfAsync"/> says.</returns>
    /// <exception cref="OciException">DENIED: not for this one; UNAVAILABLE, with the reason as a sentence.</exception>
    public Task<(IReadOnlyList<Tag> Found, bool IsCut)?> ListTagsOfAsync(
        Identity who, RemoteRegistry registry, RepositoryName name, Digest digest, Action<int>? progress, CancellationToken cancellationToken)
    {
        permissions.RequireAdministrator(who);
        return registry.ListTagsOfAsync(name, digest, progress, cancellationToken);
    }

    /// <summary>Deletes a manifest there, and with it each tag that names it.</summary>
    /// <exception cref="OciException">DENIED: not by this one; UNSUPPORTED and UNAVAILABLE as <see cref="RemoteRegistry.DeleteManifestAsync"/> says.</exception>
    public async Task DeleteAsync(
        Identity who, IPAddress? from, RemoteRegistry registry, RepositoryName name, Digest digest, CancellationToken cancellationToken)
    {
        permissions.RequireAdministrator(who);
        await registry.DeleteManifestAsync(name, digest, cancellationToken);
        audit.Add(AuditAction.ManifestDeleted, who.Name, from, $"{registry.Configuration.Name}/{name}@{digest}", new Reason(AuditNote.Elsewhere, $"in a registry elsewhere"));
    }

    public void Dispose()
    {
        lock (_turn)
        {
            foreach (var registry in _open.Values)
            {
                registry.Dispose();
            }
        }
    }
}
