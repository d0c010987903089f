using System.Net.Security;
using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;

namespace Portal.Registry.Tls;

/// <summary>
/// Mutual TLS: a client shows a certificate, and one of the given authorities vouches for it, as far as
/// <see cref="ClientAuthentication"/> asks for that. The authorities' files may change while the registry runs: new connections are judged by the new ones, at the
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
            authorities => Log.Renewed(logger, authorities.Count),
            (problem, _) => Log.Unusable(logger, problem));
    }

    /// <summary>Makes one connection ask for a certificate, and end when what comes is not what is asked.</summary>
    public void Ask(SslServerAuthenticationOptions connection)
    {
        var authorities = _source.Get();
        connection.ClientCertificateRequired = true;
        connection.CertificateChainPolicy = authorities.Policy(UseByClients);
        connection.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => _authentication switch
        {
            ClientAuthentication.Request => true,
            ClientAuthentication.RequireAny => certificate is not null,
            ClientAuthentication.VerifyIfGiven when certificate is null => true,
            _ => certificate is not null && chain is not null && errors == SslPolicyErrors.None && authorities.VouchFor(chain),
        };
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "new connections are judged by the new files of http.tls.clientcas: {Count} authorities")]
        public static partial void Renewed(ILogger logger, int count);

        [LoggerMessage(LogLevel.Warning, "the new files of http.tls.clientcas cannot be used, and the authorities of before stay: {Problem}")]
        public static partial void Unusable(ILogger logger, string problem);
    }
}
