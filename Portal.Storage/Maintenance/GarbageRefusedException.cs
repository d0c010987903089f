namespace Portal.Storage.Maintenance;

/// <summary>A collection cannot begin, or not go on to the blobs; the message says why and what to do, to who administers the registry.</summary>
public sealed class GarbageRefusedException(string message) : IOException(message);
