namespace Portal.Registry.Inspection.Attachments;

/// <summary>What a signature says of itself. It is not verified here: no key, no certificate authority and no log is asked.</summary>
/// <param name="Format">Who made it in which form: cosign, a Sigstore bundle, Notation.</param>
/// <param name="Certificate">Who claims to have signed; null when it was signed with a bare key, or the certificate cannot be read.</param>
/// <param name="HasCertificate">Whether a certificate is there, readable or not.</param>
/// <param name="IsAboutSubject">Whether what was signed names the manifest it is attached to; null when it does not say.</param>
public sealed record SignatureClaim(string Format, CertificateClaim? Certificate, bool HasCertificate, bool? IsAboutSubject)
{
    /// <summary>When a transparency log says that it got the signature; null when nothing is said.</summary>
    public DateTimeOffset? LoggedAt { get; init; }

    /// <summary>The program that signed, by its own word.</summary>
    public string? Agent { get; init; }
}
