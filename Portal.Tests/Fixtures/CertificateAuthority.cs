using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Portal.Registry.Tls;

namespace Portal.Tests.Fixtures;

/// <summary>An authority that nobody but a test believes.</summary>
public sealed class CertificateAuthority : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private readonly X509Certificate2 _certificate;

    /// <param name="issuer">The authority above it; null for a root.</param>
    public CertificateAuthority(string name, CertificateAuthority? issuer = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = issuer is null
            ? request.CreateSelfSigned(TimeProvider.System.GetUtcNow() - Lifetime, TimeProvider.System.GetUtcNow() + (2 * Lifetime))
            : issuer.Sign(request, Lifetime).CopyWithPrivateKey(key);
    }

    public X509Certificate2 Certificate => _certificate;

    /// <summary>Writes the authority's own certificate.</summary>
    public string Write(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, _certificate.ExportCertificatePem() + "\n");
        return path;
    }

    /// <summary>Writes a server's certificate, for loopback and the given names, and its key.</summary>
    public CertificateFiles WriteServer(string folder, string name = "server", string common = "localhost", bool rsa = false)
    {
        var files = new CertificateFiles(Path.Combine(folder, $"{name}.crt"), Path.Combine(folder, $"{name}.key"));
        using var certificate = Issue(common, "1.3.6.1.5.5.7.3.1", rsa);
        File.WriteAllText(files.Certificate, certificate.ExportCertificatePem() + "\n" + _certificate.ExportCertificatePem() + "\n");
        File.WriteAllText(files.Key, certificate.GetRSAPrivateKey()?.ExportPkcs8PrivateKeyPem() ?? certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return files;
    }

    /// <summary>A client's certificate with its key.</summary>
    public X509Certificate2 IssueClient(string name) => Issue(name, "1.3.6.1.5.5.7.3.2", rsa: false);

    /// <summary>Makes a client believe this authority alone.</summary>
    public void Trust(SocketsHttpHandler handler) => handler.SslOptions.CertificateChainPolicy = Policy();

    /// <summary>Believes this authority alone.</summary>
    public X509ChainPolicy Policy() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        CustomTrustStore = { _certificate },
    };

    public void Dispose() => _certificate.Dispose();

    private X509Certificate2 Issue(string common, string purpose, bool rsa)
    {
        using var ecKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsaKey = rsa ? RSA.Create(2048) : null;
        var request = rsaKey is null
            ? new CertificateRequest($"CN={common}", ecKey, HashAlgorithmName.SHA256)
            : new CertificateRequest($"CN={common}", rsaKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(common);
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        using var certificate = Sign(request, Lifetime);
        return rsaKey is null ? certificate.CopyWithPrivateKey(ecKey) : certificate.CopyWithPrivateKey(rsaKey);
    }

    private X509Certificate2 Sign(CertificateRequest request, TimeSpan lifetime)
    {
        var now = TimeProvider.System.GetUtcNow();
        var generator = X509SignatureGenerator.CreateForECDsa(_certificate.GetECDsaPrivateKey()!);
        return request.Create(_certificate.SubjectName, generator, now - TimeSpan.FromDays(1), now + lifetime, RandomNumberGenerator.GetBytes(12));
    }
}
