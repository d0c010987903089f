using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;

namespace Portal.Registry.Tls;

/// <summary>
/// Mutual TLS: a client shows a certificate, and one of the given authorities vouches for it, as far as
/// <see cref="ClientAuthentication"/> asks for that. The system's own authorities do not count, and nothing is asked of
/// other hosts. The authorities' files may change while the registry runs: new connections are judged by the new ones, at the
/// latest a second after they are there.
/// </summary>
public sealed partial class ClientCertificates
{
    private const string UseByClients = "1.3.6.1.5.5.7.3.2";

    private readonly ClientAuthentication _authentication;
    private readonly PemSource<Authorities> _source;

    /// <param name="paths">Files of authorities' certificates in PEM form, one or more in each.</param>
    /// <param name="authentication">What is asked of a client.</param>
    /// <exception cref="CertificateFileException">One of them cannot be used.</exception>
    public ClientCertificates(
        IReadOnlyList<string> paths, ClientAuthentication authentication, TimeProvider time, ILogger<ClientCertificates> logger)
    {
        _authentication = authentication;
        _source = new PemSource<Authorities>(
            paths,
            texts => new Authorities([.. paths.Zip(texts, PemFile.Certificates).SelectMany(certificates => certificates)]),
            time,
            authorities => Log.Renewed(logger, authorities.Certificates.Count),
            (problem, _) => Log.Unusable(logger, problem));
    }

    /// <summary>The authorities of one file.</summary>
    /// <exception cref="CertificateFileException">It cannot be used.</exception>
    public static X509Certificate2Collection Load(string path) => PemFile.Certificates(path, PemFile.Read(path));

    /// <summary>Makes one connection ask for a certificate, and end when what comes is not what is asked.</summary>
    public void Ask(SslServerAuthenticationOptions connection)
    {
        var authorities = _source.Get();
        connection.ClientCertificateRequired = true;
        connection.CertificateChainPolicy = Policy(authorities);
        connection.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => _authentication switch
        {
            ClientAuthentication.Request => true,
            ClientAuthentication.RequireAny => certificate is not null,
            ClientAuthentication.VerifyIfGiven when certificate is null => true,
            _ => certificate is not null && chain is not null && errors == SslPolicyErrors.None && authorities.VouchFor(chain),
        };
    }

    private static X509ChainPolicy Policy(Authorities authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,

            // An authority of the list need not be a root. That the chain meets the list is asked below, of every chain.
            VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority,
        };
        policy.CustomTrustStore.AddRange(authorities.Certificates);
        policy.ApplicationPolicy.Add(new Oid(UseByClients));
        return policy;
    }

    private static string Thumbprint(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);

    private sealed class Authorities(X509Certificate2Collection certificates)
    {
        private readonly HashSet<string> _thumbprints = new(certificates.Select(Thumbprint), StringComparer.Ordinal);

        public X509Certificate2Collection Certificates => certificates;

        public bool VouchFor(X509Chain chain) =>
            chain.ChainElements.Any(element => _thumbprints.Contains(Thumbprint(element.Certificate)));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "new connections are judged by the new files of http.tls.clientcas: {Count} authorities")]
        public static partial void Renewed(ILogger logger, int count);

        [LoggerMessage(LogLevel.Warning, "the new files of http.tls.clientcas cannot be used, and the authorities of before stay: {Problem}")]
        public static partial void Unusable(ILogger logger, string problem);
    }
}
