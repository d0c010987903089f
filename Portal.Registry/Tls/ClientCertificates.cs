using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Portal.Registry.Tls;

/// <summary>
/// Mutual TLS: a client has to show a certificate that one of the given authorities vouches for. The system's own
/// authorities do not count, and nothing is asked of other hosts.
/// </summary>
public sealed class ClientCertificates
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2Collection _authorities = [];
    private readonly HashSet<string> _thumbprints = new(StringComparer.Ordinal);

    /// <param name="paths">Files of authorities' certificates in PEM form, one or more in each.</param>
    /// <exception cref="CertificateFileException">One of them cannot be used.</exception>
    public ClientCertificates(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            _authorities.AddRange(Load(path));
        }

        _thumbprints.UnionWith(_authorities.Select(Thumbprint));
    }

    /// <summary>The authorities of one file.</summary>
    /// <exception cref="CertificateFileException">It cannot be used.</exception>
    public static X509Certificate2Collection Load(string path) => PemFile.Certificates(path, PemFile.Read(path));

    /// <summary>Makes one connection ask for a certificate, and end without a good one.</summary>
    public void Require(SslServerAuthenticationOptions connection)
    {
        connection.ClientCertificateRequired = true;
        connection.CertificateChainPolicy = Policy();
        connection.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            certificate is not null && chain is not null && errors == SslPolicyErrors.None && IsVouchedFor(chain);
    }

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,

            // An authority of the list need not be a root. That the chain meets the list is asked below, of every chain.
            VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority,
        };
        policy.CustomTrustStore.AddRange(_authorities);
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return policy;
    }

    private bool IsVouchedFor(X509Chain chain) =>
        chain.ChainElements.Any(element => _thumbprints.Contains(Thumbprint(element.Certificate)));

    private static string Thumbprint(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);
}
