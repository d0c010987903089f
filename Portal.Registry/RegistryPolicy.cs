using Portal.Registry.Configuration;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Registry;

/// <summary>What the configuration allows now, whoever asks.</summary>
/// <param name="manifests">What a pushed manifest may hold.</param>
public sealed class RegistryPolicy(LiveConfiguration live, ManifestRules manifests)
{
    private static Reason ReadOnlyReason => new(
        RegistryRefusal.ReadOnly, $"the registry is read-only: an administrator can set storage.maintenance.readonly.enabled to false in the configuration");

    /// <summary><c>storage.delete.enabled</c>.</summary>
    public bool DeleteEnabled => live.Current.Storage.DeleteEnabled;

    /// <summary><c>storage.maintenance.readonly.enabled</c>.</summary>
    public bool ReadOnly => live.Current.Storage.ReadOnly;

    /// <summary>Why nothing can be deleted, and what an administrator can do about it; null when deleting is allowed.</summary>
    public Reason? WhyNoDeletion => ReadOnly
        ? ReadOnlyReason
        : DeleteEnabled
            ? null
            : new Reason(RegistryRefusal.DeletionOff, $"deletion is off: an administrator can set storage.delete.enabled to true in the configuration");

    /// <summary><c>portal.limits.repositorylength</c>, in characters.</summary>
    public int RepositoryLength => live.Current.Portal.Limits.RepositoryLength;

    /// <summary><c>portal.limits.taglength</c>, in characters.</summary>
    public int TagLength => live.Current.Portal.Limits.TagLength;

    /// <summary>What a pushed manifest may hold.</summary>
    public ManifestRules Manifests { get; } = manifests;

    /// <exception cref="OciException">UNSUPPORTED when the registry is read-only.</exception>
    public void RequireWritable()
    {
        if (ReadOnly)
        {
            throw new OciException(ErrorCode.Unsupported, ReadOnlyReason);
        }
    }

    /// <exception cref="OciException">UNSUPPORTED when the registry is read-only or deletion is off.</exception>
    public void RequireDeletion()
    {
        if (WhyNoDeletion is { } reason)
        {
            throw new OciException(ErrorCode.Unsupported, reason);
        }
    }

    /// <summary>What is there under a longer name stays readable; nothing is added to it.</summary>
    /// <exception cref="OciException">NAME_INVALID when the name is longer than a push may have it.</exception>
    public void RequireLength(RepositoryName name)
    {
        if (name.ToString().Length > RepositoryLength)
        {
            throw new OciException(
                ErrorCode.NameInvalid,
                new Reason(
                    RegistryRefusal.RepositoryNameTooLong,
                    $"a repository name that is pushed to has at most {RepositoryLength} characters here (portal.limits.repositorylength)"),
                ("name", name.ToString()));
        }
    }

    /// <exception cref="OciException">TAG_INVALID when the tag is longer than a push may have it.</exception>
    public void RequireLength(Tag tag)
    {
        if (tag.ToString().Length > TagLength)
        {
            throw new OciException(
                ErrorCode.TagInvalid,
                new Reason(RegistryRefusal.TagTooLong, $"a tag that is pushed has at most {TagLength} characters here (portal.limits.taglength)"),
                ("tag", tag.ToString()));
        }
    }
}
