namespace Portal.Registry;

/// <summary>Why the registry does not do what a page asked for.</summary>
public enum RegistryRefusal
{
    NothingToCopy,
    TooMuchToCopy,
    ContentGone,
    ManifestNotOnDisk,
    ReferenceGone,
    Other,
    ManifestDamaged,
    DescriptionTooLong,
    NoSuchRepository,
    TagDeleted,
    TagMoved,
    SeeLog,
    LayerAddressMalformed,
    LayerAddressRefused,
    NoClass,
    ClassRefused,
    TokenWithoutClass,
    ReadOnly,
    DeletionOff,
    RepositoryNameTooLong,
    TagTooLong,
    ListedManifestAbsent,
    BlobAbsent,
    ManifestGone,
}
