namespace Portal.Registry.Auth;

/// <summary>What else a line of the audit trail tells.</summary>
public enum AuditNote
{
    TakenAway,
    OneSession,
    AllSessions,
    FirstAdministrator,
    WrongPassword,
    WrongAtRegistry,
    WrongAtTokenServer,
    WrongAtApi,
    OldRefreshToken,
    Disabled,
    OpenIdRefused,
    OpenIdNameTaken,
    OpenIdDisabled,
    WithToken,
    DeletionsLost,
    Robot,
    WithAllOfUser,
    ByUser,
    Elsewhere,
    BeforeAndNext,
    Rule,
    Reader,
    Writer,
    Maintainer,
    Admin,
    TokenUntil,
    TokenForEver,
}
