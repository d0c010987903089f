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
}
