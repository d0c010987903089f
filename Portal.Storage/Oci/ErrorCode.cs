namespace Portal.Storage.Oci;

/// <summary>The error codes of the distribution protocol (OCI distribution 1.1, "Error Codes", and upstream's additions).</summary>
public enum ErrorCode
{
    Unknown,
    Unsupported,
    Unauthorized,
    Denied,
    Unavailable,
    TooManyRequests,
    DigestInvalid,
    SizeInvalid,
    NameInvalid,
    NameUnknown,
    TagInvalid,
    ManifestUnknown,
    ManifestInvalid,
    ManifestUnverified,
    ManifestBlobUnknown,
    BlobUnknown,
    BlobUploadUnknown,
    BlobUploadInvalid,
    RangeInvalid,
    PaginationNumberInvalid,
}
