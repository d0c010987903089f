namespace Portal.Registry.Activity;

/// <summary>What else a row of the activity tells. Names and the order of the values in a sentence are kept with rows, and stay.</summary>
public enum ActivityNote
{
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
