namespace Portal.Registry.Auth;

/// <summary>What else a line of the audit trail tells. Names and the order of the values in a sentence are kept with lines, and stay.</summary>
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
    Rule,
    Reader,
    Writer,
    Maintainer,
    Admin,
    TokenUntil,
    TokenForEver,
}
