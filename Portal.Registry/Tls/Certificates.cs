using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Portal.Registry.Tls;

/// <summary>Makes certificates ready for a listener.</summary>
internal static class Certificates
{
    /// <param name="certificate">With its private key.</param>
    /// <param name="chain">What clients are sent beside it; may hold the certificate itself.</param>
    public static SslStreamCertificateContext WithChain(X509Certificate2 certificate, X509Certificate2Collection chain)
    {
        if (OperatingSystem.IsWindows())
        {
            // There the system's TLS takes no key that is in memory alone.
            certificate = X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
        }

        // Offline: neither a missing link of the chain nor its state of revocation is asked of other hosts.
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }
}
