using Portal.Storage.Reasons;

namespace Portal.Storage.Maintenance;

/// <summary>A collection cannot begin, or not go on to the blobs; the message says why and what to do, to who administers the registry.</summary>
public sealed class GarbageRefusedException(Reason reason) : IOException(reason.ToString()), IReasoned
{
    public Reason Reason { get; } = reason;
}

/// <summary>Why a collection removes nothing.</summary>
public enum GarbageRefusal
{
    Unreadable,
    CollectedElsewhere,
}
