using Portal.Storage.Oci;

namespace Portal.Registry.Copying;

/// <summary>An image, index or artifact that is to be in another repository, or under another tag, too.</summary>
public sealed record CopyRequest
{
    /// <summary>Where it is.</summary>
    public required RepositoryName From { get; init; }

    /// <summary>Its tag or digest there.</summary>
    public required Reference Reference { get; init; }

    /// <summary>Where it is wanted; may be the same repository.</summary>
    public required RepositoryName To { get; init; }

    /// <summary>The tag it gets there; null for none, so that it is pulled by digest.</summary>
    public Tag? Tag { get; init; }

    /// <summary>Whether signatures, SBOMs and whatever else refers to it goes along: by OCI's subject, and by the tags that cosign makes of a digest.</summary>
    public bool WithReferrers { get; init; }

    /// <summary>What the tag was seen to point to; null to overwrite whatever it points to.</summary>
    public ExpectedTag? Expected { get; init; }
}

/// <summary>How far a copy is.</summary>
/// <param name="Done">Manifests that are there.</param>
/// <param name="Total">Manifests to copy: those an index lists, what refers to them, and the one that was asked for.</param>
/// <param name="Mounted">Configs and layers that the repository did not have before.</param>
public readonly record struct CopyProgress(int Done, int Total, int Mounted);
