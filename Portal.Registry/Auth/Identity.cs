using Portal.Storage.Reasons;

namespace Portal.Registry.Auth;

/// <summary>How somebody said who they are.</summary>
public enum IdentityKind
{
    /// <summary>Not at all.</summary>
    Anonymous,

    /// <summary>Nobody is asked: the registry has no sign-in.</summary>
    Everyone,

    /// <summary>A name and its password.</summary>
    Password,

    /// <summary>A name and an access token in the password's place.</summary>
    AccessToken,

    /// <summary>A signed token (RFC 6750) of the portal's own token server.</summary>
    Bearer,

    /// <summary>A signed token of a server elsewhere, which says by itself what is allowed.</summary>
    ForeignBearer,

    /// <summary>A client certificate.</summary>
    Certificate,

    /// <summary>A browser that is signed in.</summary>
    Session,

    /// <summary>Whatever <c>auth.silly</c> takes.</summary>
    Silly,
}

/// <summary>Who asks. What that one may do, <see cref="Permissions"/> says.</summary>
public sealed record Identity
{
    /// <summary>Nobody with a name, where names are asked for.</summary>
    public static Identity Anonymous { get; } = new() { Kind = IdentityKind.Anonymous };

    /// <summary>Anybody, where nobody is asked for a name.</summary>
    public static Identity Everyone { get; } = new() { Kind = IdentityKind.Everyone };

    public required IdentityKind Kind { get; init; }

    /// <summary>Null for nobody with a name.</summary>
    public string? Name { get; init; }

    /// <summary>What the access token that was used lets through of its user's rights; null when none was.</summary>
    public Rights? Limit { get; init; }

    /// <summary>What a signed token grants; null when there is none.</summary>
    public Rights? Granted { get; init; }

    /// <summary>The access token that was used; null when none was.</summary>
    public string? TokenName { get; init; }

    /// <summary>The same as lines of the audit trail and rows of the activity tell it.</summary>
    internal Reason? TokenNote => TokenName is { } token ? new Reason(AuditNote.WithToken, $"with the token {token}") : null;

    /// <summary>It came by the pages, where nobody in particular may change nothing.</summary>
    public bool IsAtPages { get; init; }

    /// <summary>The number of the access token that was used; null when none was.</summary>
    public long? TokenId { get; init; }

    /// <summary>A browser on the machine itself, by a name of the machine, and through no proxy.</summary>
    public bool IsLocal { get; init; }

    /// <summary>Whether a name was proved.</summary>
    public bool IsSignedIn => Kind is not (IdentityKind.Anonymous or IdentityKind.Everyone);
}
