namespace Portal.Storage.History;

/// <summary>What the activity tells of. Numbers are kept in the database: new ones come at the end.</summary>
public enum ActivityKind
{
    Push = 0,
    Pull = 1,
    Mount = 2,
    Delete = 3,
    GarbageCollection = 4,
    ConfigurationChange = 5,
    UploadPurge = 6,

    /// <summary>More happened at once than could be kept: how much is not told one by one.</summary>
    Lost = 7,
}
