namespace Portal.Registry.Remotes;

/// <summary>Why a registry elsewhere shows or deletes nothing.</summary>
public enum RemoteRefusal
{
    AnswerTooLong,
    AnswerBreaksOff,
    AnswerDoesNotEnd,
    TokensWithoutTls,
    NobodyToSignIn,
    TokenRefused,
    NoToken,
    ConfiguredReadOnly,
    ForAdministrators,
    FirstFormat,
    NoManifest,
    ReadOnly,
    DeletesNothing,
    Unreachable,
    NoAnswer,
    UserRefused,
    NobodyRefused,
    NoRegistry,
    Status,
    NoList,
    OtherDigest,
}
