using Portal.Storage.Drivers;

namespace Portal.Storage.Maintenance;

/// <summary>A part of the repositories' tree is there and cannot be looked at: what it links is not known, and may be any blob.</summary>
internal sealed class UnreadableFolderException(StoragePath path, string reason) : IOException($"{path} cannot be read: {reason.TrimEnd('.')}")
{
    public const string Link = "it is a symbolic link to a folder that is not there";
    public const string NoFolder = "it is no folder";
    public const string Missing = "it is not there, and blobs are";
    public const string Vanished = "it vanished while it was looked at";
    public const string Unknown = "it is listed, and nothing is told of it";
}
