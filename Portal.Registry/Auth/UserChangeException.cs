using Portal.Storage.Reasons;

namespace Portal.Registry.Auth;

/// <summary>A change of users, permissions or tokens that is not made: the message is a sentence that says why, and what to do.</summary>
public sealed class UserChangeException(Reason reason, Exception? inner = null) : Exception(reason.ToString(), inner), IReasoned
{
    internal UserChangeException(UserRefusal kind, FormattableString english, Exception? inner = null)
        : this(new Reason(kind, english), inner)
    {
    }

    public Reason Reason { get; } = reason;
}
