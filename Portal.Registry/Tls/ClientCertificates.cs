using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Portal.Registry.Configuration;

namespace Portal.Registry.Tls;

/// <summary>
/// Mutual TLS: a client shows a certificate, and one of the given authorities vouches for it, as far as
/// <see cref="ClientAuthentication"/> asks for that. The system's own authorities do not count, and nothing is asked of
/// other hosts.
/// </summary>
public sealed class ClientCertificates
{
    private const string UseByClients = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2Collection _authorities = [];
    private readonly HashSet<string> _thumbprints = new(StringComparer.Ordinal);

    private readonly ClientAuthentication _authentication;

    /// <param name="paths">Files of authorities' certificates in PEM form, one or more in each.</param>
    /// <param name="authentication">What is asked of a client.</param>
    /// <exception cref="CertificateFileException">One of them cannot be used.</exception>
    public ClientCertificates(IEnumerable<string> paths, ClientAuthentication authentication)
    {
        _authentication = authentication;
        foreach (var path in paths)
        {
            _authorities.AddRange(Load(path));
        }

        _thumbprints.UnionWith(_authorities.Select(Thumbprint));
    }

    /// <summary>The authorities of one file.</summary>
    /// <exception cref="CertificateFileException">It cannot be used.</exception>
    public static X509Certificate2Collection Load(string path) => PemFile.Certificates(path, PemFile.Read(path));

    /// <summary>Makes one connection ask for a certificate, and end when what comes is not what is asked.</summary>
    public void Ask(SslServerAuthenticationOptions connection)
    {
        connection.ClientCertificateRequired = true;
        connection.CertificateChainPolicy = Policy();
        connection.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => _authentication switch
        {
            ClientAuthentication.Request => true,
            ClientAuthentication.RequireAny => certificate is not null,
            ClientAuthentication.VerifyIfGiven when certificate is null => true,
            _ => certificate is not null && chain is not null && errors == SslPolicyErrors.None && IsVouchedFor(chain),
        };
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
        policy.ApplicationPolicy.Add(new Oid(UseByClients));
        return policy;
    }

    private bool IsVouchedFor(X509Chain chain) =>
        chain.ChainElements.Any(element => _thumbprints.Contains(Thumbprint(element.Certificate)));

    private static string Thumbprint(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);
}
