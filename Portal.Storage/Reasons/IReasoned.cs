namespace Portal.Storage.Reasons;

/// <summary>An exception that pages show: its message is the reason in English.</summary>
public interface IReasoned
{
    /// <summary>Null where nobody but programs and logs is told.</summary>
    Reason? Reason { get; }
}
