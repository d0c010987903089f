using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Portal.Registry.Tls;

/// <summary>Where a certificate and its key lie, both in PEM form.</summary>
/// <param name="Certificate">The certificate, then the chain up to, and without, the root.</param>
/// <param name="Key">Its private key, not encrypted; may be the same file.</param>
public sealed record CertificateFiles(string Certificate, string Key)
{
    /// <summary>Reads both files and fits them together.</summary>
    /// <exception cref="CertificateFileException">One of them cannot be used, or they do not belong together.</exception>
    public SslStreamCertificateContext Load() => Parse(PemFile.Read(Certificate), PemFile.Read(Key));

    /// <summary>Fits together what was read.</summary>
    /// <exception cref="CertificateFileException">As <see cref="Load"/>.</exception>
    internal SslStreamCertificateContext Parse(string certificateText, string keyText)
    {
        var chain = PemFile.Certificates(Certificate, certificateText);
        PemFile.RequireKey(Key, keyText);
        try
        {
            return Certificates.WithChain(X509Certificate2.CreateFromPem(certificateText, keyText), chain);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new CertificateFileException(Key, CertificateFault.OtherKey, $"is damaged, or is not the key of the certificate in {Certificate}");
        }
    }
}
