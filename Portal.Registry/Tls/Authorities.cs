using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Portal.Registry.Tls;

/// <summary>
/// The authorities of some files, roots or not: who they vouch for is believed. The system's own authorities do not count,
/// and nothing is asked of other hosts.
/// </summary>
public sealed class Authorities
{
    private readonly X509Certificate2Collection _certificates;
    private readonly HashSet<string> _thumbprints;

    public Authorities(X509Certificate2Collection certificates)
    {
        _certificates = certificates;
        _thumbprints = new HashSet<string>(certificates.Select(Thumbprint), StringComparer.Ordinal);
    }

    /// <param name="paths">Files of certificates in PEM form, one or more in each.</param>
    /// <exception cref="CertificateFileException">One of them cannot be used.</exception>
    public Authorities(IEnumerable<string> paths)
        : this([.. paths.SelectMany(path => Load(path))])
    {
    }

    /// <summary>How many there are.</summary>
    public int Count => _certificates.Count;

    /// <summary>The authorities of one file.</summary>
    /// <exception cref="CertificateFileException">It cannot be used.</exception>
    public static X509Certificate2Collection Load(string path) => PemFile.Certificates(path, PemFile.Read(path));

    /// <summary>How to build a chain for <see cref="VouchFor"/>.</summary>
    /// <param name="purpose">The extended key usage that a certificate has to be for (RFC 5280, section 4.2.1.12); null for any.</param>
    public X509ChainPolicy Policy(string? purpose)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,

            // An authority of the list need not be a root. That the chain meets the list is asked below, of every chain.
            VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority,
        };
        policy.CustomTrustStore.AddRange(_certificates);
        if (purpose is not null)
        {
            policy.ApplicationPolicy.Add(new Oid(purpose));
        }

        return policy;
    }

    /// <summary>Whether the chain meets one of them; it was built by <see cref="Policy"/>, without an error.</summary>
    public bool VouchFor(X509Chain chain) => chain.ChainElements.Any(element => _thumbprints.Contains(Thumbprint(element.Certificate)));

    private static string Thumbprint(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);
}
