namespace Portal.Registry.Auth;

/// <summary>Why a line of an <c>htpasswd</c> file lets nobody in; and what kinds of hashes it may have.</summary>
public enum HtpasswdFault
{
    ApacheMd5,
    Md5,
    Sha1,
    SaltedSha1,
    Sha256,
    Sha512,
    Scrypt,
    Yescrypt,
    Argon2,
    LineTooLong,
    ZeroByte,
    NoColon,
    NameNotUtf8,
    NoName,
    ControlCharacter,
    NameTooLong,
    NoHash,
    ForeignHash,
    DesHash,
    NoBcrypt,
    MoreBehindHash,
    OddBcrypt,
    BcryptCost,
    BcryptCharacter,
    BcryptLength,
    NameTwice,
}
