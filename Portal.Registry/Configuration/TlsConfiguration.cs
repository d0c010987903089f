using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using Portal.Registry.Tls;

namespace Portal.Registry.Configuration;

/// <summary>The <c>http.tls</c> section. Its certificate comes from files or from an ACME server, never from both.</summary>
public sealed record TlsConfiguration
{
    private static readonly Dictionary<string, SslProtocols> Versions = new(StringComparer.Ordinal)
    {
        ["tls1.2"] = SslProtocols.Tls12 | SslProtocols.Tls13,
        ["tls1.3"] = SslProtocols.Tls13,
    };

    private static readonly Dictionary<string, ClientAuthentication> Authentications = new(StringComparer.Ordinal)
    {
        ["request-client-cert"] = ClientAuthentication.Request,
        ["require-any-client-cert"] = ClientAuthentication.RequireAny,
        ["verify-client-cert-if-given"] = ClientAuthentication.VerifyIfGiven,
        ["require-and-verify-client-cert"] = ClientAuthentication.RequireAndVerify,
    };

    /// <summary>The certificate's files; null with <see cref="LetsEncrypt"/>.</summary>
    public CertificateFiles? Files { get; init; }

    /// <summary>Where a certificate is got by itself; null with <see cref="Files"/>.</summary>
    public LetsEncryptConfiguration? LetsEncrypt { get; init; }

    /// <summary>Files of the authorities that a client's certificate has to come from; empty: clients show none.</summary>
    public IReadOnlyList<string> ClientCas { get; init; } = [];

    /// <summary>What is asked of a client's certificate, where <see cref="ClientCas"/> are named.</summary>
    public ClientAuthentication ClientAuthentication { get; init; }

    /// <summary>Only clients that one of <see cref="ClientCas"/> vouches for come in.</summary>
    public bool ShutsStrangersOut => ClientCas.Count > 0 && ClientAuthentication is ClientAuthentication.RequireAndVerify;

    /// <summary>A client's certificate tells who the client is: one that nobody vouches for does not get so far.</summary>
    public bool NamesClients => ClientCas.Count > 0 && ClientAuthentication is ClientAuthentication.RequireAndVerify or ClientAuthentication.VerifyIfGiven;

    /// <summary>The versions that are spoken; 1.2 and 1.3 unless set.</summary>
    public SslProtocols Protocols { get; init; } = Versions["tls1.2"];

    /// <summary>The cipher suites that are offered; empty: the platform's own choice.</summary>
    public IReadOnlyList<TlsCipherSuite> CipherSuites { get; init; } = [];

    /// <returns>Null when the section asks for no TLS.</returns>
    internal static TlsConfiguration? Read(SectionReader tls)
    {
        var files = ReadFiles(tls);
        var letsEncrypt = LetsEncryptConfiguration.Read(tls.Section("letsencrypt"));
        var configuration = new TlsConfiguration
        {
            Files = files,
            LetsEncrypt = letsEncrypt,
            ClientCas = ReadAuthorities(tls, "clientcas"),
            ClientAuthentication = tls.Choice("clientauth", ClientAuthentication.RequireAndVerify, Authentications),
            Protocols = ReadProtocols(tls),
            CipherSuites = Configuration.CipherSuites.Read(tls, "ciphersuites"),
        };
        if (letsEncrypt is not null && tls.Text("certificate") is not null)
        {
            tls.Error("letsencrypt", SettingProblem.TwoCertificates, $"stands beside http.tls.certificate; keep one of the two");
        }

        if (files is not null || letsEncrypt is not null)
        {
            return configuration;
        }

        // Without TLS nobody would be asked for a certificate: that must not pass in silence.
        if (configuration.ClientCas.Count > 0 && !tls.Has("certificate") && !tls.Has("key"))
        {
            tls.Error("clientcas", SettingProblem.AuthoritiesWithoutTls, $"needs TLS; write http.tls.certificate and http.tls.key as well");
        }

        return null;
    }

    /// <summary>Reads <c>certificate</c> and <c>key</c>, and tries what they name.</summary>
    /// <returns>Null when neither is set, or they cannot be used, which is a problem then.</returns>
    internal static CertificateFiles? ReadFiles(SectionReader tls)
    {
        var (certificate, key) = (tls.Text("certificate"), tls.Text("key"));
        if (certificate is null || key is null)
        {
            if (certificate is not null || key is not null)
            {
                var (present, missing) = key is null ? ("certificate", "key") : ("key", "certificate");
                tls.Error(present, SettingProblem.HalfACertificate, $"needs {tls.Path}.{missing} beside it; write the path of a PEM file");
            }

            return null;
        }

        var files = new CertificateFiles(certificate, key);
        try
        {
            files.Load();
            return files;
        }
        catch (CertificateFileException exception)
        {
            tls.Error(exception.Path == key && exception.Path != certificate ? "key" : "certificate", exception.Reason);
            return null;
        }
    }

    /// <summary>Reads a list of files of authorities, and tries what it names.</summary>
    internal static IReadOnlyList<string> ReadAuthorities(SectionReader tls, string key)
    {
        var paths = tls.List(key, (string text, [MaybeNullWhen(false)] out string path) => (path = text).Length > 0, Expected.Path) ?? [];
        foreach (var path in paths)
        {
            try
            {
                Authorities.Load(path);
            }
            catch (CertificateFileException exception)
            {
                tls.Error(key, exception.Reason);
            }
        }

        return paths;
    }

    private static SslProtocols ReadProtocols(SectionReader tls)
    {
        var text = tls.Text("minimumtls");
        if (text is "tls1.0" or "tls1.1")
        {
            tls.Error("minimumtls", SettingProblem.OldTls, $"{text} is broken (RFC 8996) and not spoken any more, as in upstream's version 3; write tls1.2 or tls1.3");
            return Versions["tls1.2"];
        }

        return tls.Choice("minimumtls", Versions["tls1.2"], Versions);
    }
}
