namespace Portal.Storage.Oci;

/// <summary>Why a text names nothing.</summary>
public enum NameProblem
{
    RepositoryTooLong,
    Repository,
    Tag,
}
