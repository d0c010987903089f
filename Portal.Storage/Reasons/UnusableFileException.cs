namespace Portal.Storage.Reasons;

/// <summary>A file is not what it has to be; the reason names it and says what to do.</summary>
public sealed class UnusableFileException(Reason reason, Exception? inner = null) : IOException(reason.ToString(), inner), IReasoned
{
    public Reason Reason { get; } = reason;
}
