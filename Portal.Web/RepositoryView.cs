namespace Portal.Web;

/// <summary>The lists of a repository, as addresses name them.</summary>
public enum RepositoryView
{
    Tags,

    /// <summary>Manifests that no tag points to.</summary>
    Untagged,

    /// <summary>Tags that were deleted.</summary>
    Deleted,
}
