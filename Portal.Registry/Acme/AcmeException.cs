namespace Portal.Registry.Acme;

/// <summary>An ACME server refuses, or answers what makes no sense.</summary>
/// <param name="type">The problem's kind (RFC 8555, 6.7), as <c>urn:ietf:params:acme:error:badNonce</c>; null when there is none.</param>
/// <param name="message">What the server says, or what is wrong with its answer.</param>
public sealed class AcmeException(string? type, string message) : Exception(message)
{
    /// <summary>The nonce was used or is too old: the same request with a new one may do.</summary>
    public bool IsBadNonce => type is "urn:ietf:params:acme:error:badNonce";
}
