namespace Portal.Registry.Health;

/// <summary>What is wrong at a look at something that is checked.</summary>
public enum HealthFault
{
    FileExists,
    NoAnswer,
    Other,
    OtherStatus,
    RootGone,
    StorageUnreadable,
    NotConnected,
}
