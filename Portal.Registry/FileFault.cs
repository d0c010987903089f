namespace Portal.Registry;

/// <summary>Why a file that is needed at the start cannot be used.</summary>
internal enum FileFault
{
    NoSigningKey,
    SigningKeyMissing,
    SigningKeyTooLarge,
    NoTokenKeys,
    NoSocket,
}
