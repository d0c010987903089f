using Portal.Registry.Auth;
using Portal.Storage.Reasons;

namespace Portal.Registry.Configuration.Editing;

/// <summary>The configuration is not for this visitor; the message says what to do about it.</summary>
public sealed class EditorAccessException(Reason reason) : Exception(reason.ToString()), IReasoned
{
    public Reason Reason { get; } = reason;
}

/// <summary>Says to who may not see and change the configuration, why.</summary>
public static class EditorAccess
{
    /// <exception cref="EditorAccessException">The visitor is no administrator.</exception>
    public static void Require(Permissions permissions, Identity who)
    {
        if (permissions.IsAdministrator(who))
        {
            return;
        }

        throw new EditorAccessException(
            who.IsSignedIn
                ? new Reason(EditorRefusal.NoAdministrator, $"You are signed in as {who.Name}, who is no administrator: an administrator can change that.")
                : who.Kind is IdentityKind.Anonymous || permissions.HasAdministrator
                    ? new Reason(EditorRefusal.SignInFirst, $"Sign in as an administrator first: the configuration is shown to nobody else.")
                    : new Reason(
                        EditorRefusal.OnlyLocal,
                        $"This registry has no administrator, so its configuration is shown only to a browser on the machine itself, by the address localhost or 127.0.0.1 and not through a proxy."));
    }
}
