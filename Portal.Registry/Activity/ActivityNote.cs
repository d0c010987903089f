namespace Portal.Registry.Activity;

/// <summary>What else a row of the activity tells.</summary>
public enum ActivityNote
{
    WithToken,
    EventsLost,
    VersionBroughtBack,
    OneBlobFreed,
    BlobsFreed,
    OneManifestRemoved,
    ManifestsRemoved,
    Stopped,
    Failed,
    OneUploadPurged,
    UploadsPurged,
}
