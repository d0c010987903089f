using Portal.Storage.Reasons;

namespace Portal.Storage.Layers;

/// <summary>A layer that has no list of files, or whose list ends early. The message is a sentence for people.</summary>
public sealed class LayerUnreadableException(Reason reason) : Exception(reason.ToString()), IReasoned
{
    public LayerUnreadableException(LayerFault kind, FormattableString english)
        : this(new Reason(kind, english))
    {
    }

    public Reason Reason { get; } = reason;

    /// <summary>Whether the same may go well a little later.</summary>
    public bool IsPassing => Reason.Kind is LayerFault.TooManyReaders;
}
