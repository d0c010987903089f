using Portal.Storage.Drivers;
using Portal.Storage.Reasons;

namespace Portal.Storage.Maintenance;

/// <summary>A part of the repositories' tree is there and cannot be looked at: what it links is not known, and may be any blob.</summary>
internal sealed class UnreadableFolderException(Reason reason) : IOException(reason.ToString()), IReasoned
{
    public Reason Reason { get; } = reason;

    public static UnreadableFolderException Link(StoragePath path) =>
        new(new Reason(FolderFault.Link, $"{path} cannot be read: it is a symbolic link to a folder that is not there"));

    public static UnreadableFolderException NoFolder(StoragePath path) =>
        new(new Reason(FolderFault.NoFolder, $"{path} cannot be read: it is no folder"));

    public static UnreadableFolderException Missing(StoragePath path) =>
        new(new Reason(FolderFault.Missing, $"{path} cannot be read: it is not there, and blobs are"));

    public static UnreadableFolderException Vanished(StoragePath path) =>
        new(new Reason(FolderFault.Vanished, $"{path} cannot be read: it vanished while it was looked at"));

    public static UnreadableFolderException Unknown(StoragePath path) =>
        new(new Reason(FolderFault.Unknown, $"{path} cannot be read: it is listed, and nothing is told of it"));

    public static UnreadableFolderException Refused(StoragePath path, Exception by) =>
        new(new Reason(FolderFault.Refused, $"{path} cannot be read: {by.Message.TrimEnd('.')}"));
}

/// <summary>Why a part of the tree cannot be looked at.</summary>
public enum FolderFault
{
    Link,
    NoFolder,
    Missing,
    Vanished,
    Unknown,
    Refused,
}

/// <summary>Why a repository is left as it is, though all of it can be looked at.</summary>
public enum RepositoryFault
{
    TagDamaged,
    ManifestUnknown,
    ManifestDamaged,
    ManifestRefused,
}
