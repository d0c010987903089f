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

    /// <summary>A blob's body came in too slowly. The protocol has no word for it: BLOB_UPLOAD_INVALID, with a status of its own.</summary>
    BlobUploadTooSlow,

    /// <summary>The same of a manifest: MANIFEST_INVALID, with a status of its own.</summary>
    ManifestTooSlow,
}
