namespace Portal.Registry.Tls;

/// <summary>Why a file of certificates or keys cannot be used.</summary>
internal enum CertificateFault
{
    OfFile,
    NoSuchFile,
    NoPath,
    Folder,
    Unreadable,
    TooLong,
    PemFile,
    KeySet,
    NoCertificate,
    DamagedCertificate,
    NoKey,
    EncryptedKey,
    OtherKey,
    NoUsableKey,
    NoKeySet,
    DamagedAccount,
    ForeignCache,
}
