using Portal.Registry.Configuration;
using Portal.Storage.Oci;

namespace Portal.Registry;

/// <summary>What the configuration allows, whoever asks.</summary>
public sealed class RegistryPolicy
{
    /// <summary><c>storage.delete.enabled</c>.</summary>
    public required bool DeleteEnabled { get; init; }

    /// <summary><c>portal.limits.repositorylength</c>, in characters.</summary>
    public int RepositoryLength { get; init; } = RepositoryName.MaxLength;

    /// <summary><c>portal.limits.taglength</c>, in characters.</summary>
    public int TagLength { get; init; } = Tag.MaxLength;

    /// <summary>What a pushed manifest may hold.</summary>
    public ManifestRules Manifests { get; init; } = new(new ValidationConfiguration(), []);

    /// <summary>What is there under a longer name stays readable; nothing is added to it.</summary>
    /// <exception cref="OciException">NAME_INVALID when the name is longer than a push may have it.</exception>
    public void RequireLength(RepositoryName name)
    {
        if (name.ToString().Length > RepositoryLength)
        {
            throw new OciException(
                ErrorCode.NameInvalid,
                $"a repository name that is pushed to has at most {RepositoryLength} characters here (portal.limits.repositorylength)",
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
                $"a tag that is pushed has at most {TagLength} characters here (portal.limits.taglength)",
                ("tag", tag.ToString()));
        }
    }
}
