using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Portal.Registry.Acme;
using Portal.Registry.Configuration;
using Portal.Registry.Tls;

namespace Portal.Web.Hosting;

/// <summary>TLS of one listener. Each connection is given what counts when it begins, so that a renewal needs no restart.</summary>
/// <param name="certificates">What clients are shown.</param>
/// <param name="tls">Versions and cipher suites.</param>
/// <param name="clients">Whom clients' certificates have to come from; null: clients show none.</param>
public sealed class ListenerTls(ICertificateSource certificates, TlsConfiguration tls, ClientCertificates? clients)
{
    private readonly CipherSuitesPolicy? _cipherSuites = Policy(tls.CipherSuites);

    /// <summary>Puts TLS under what the listener's connections go through from here on; HTTP/2 is chosen by ALPN.</summary>
    public void Use(ListenOptions listener, bool http2)
    {
        listener.Protocols = http2 ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1;
        listener.Use(PlainRequests.Refuse);
        var challenges = (certificates as AcmeCertificates)?.Challenges;
        if (challenges is not null)
        {
            listener.Use(challenges.Find);
        }

        listener.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = AcceptAsync });
        if (challenges is not null)
        {
            listener.Use(AcmeChallenges.End);
        }
    }

    private async ValueTask<SslServerAuthenticationOptions> AcceptAsync(TlsHandshakeCallbackContext context)
    {
        var name = context.ClientHelloInfo.ServerName;
        if (context.Connection.Features.Get<AcmeHandshake>() is { } handshake)
        {
            return new SslServerAuthenticationOptions
            {
                ServerCertificateContext = handshake.ProofOf(name) ?? throw new AuthenticationException($"no proof is due for the name \"{name}\""),
                ApplicationProtocols = [AcmeChallenges.Protocol],
            };
        }

        var connection = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = await certificates.GetAsync(name, context.CancellationToken)
                ?? throw new AuthenticationException($"there is no certificate for the name \"{name}\""),
            EnabledSslProtocols = tls.Protocols,
            CipherSuitesPolicy = _cipherSuites,
        };
        clients?.Ask(connection);
        return connection;
    }

    /// <returns>Null for the platform's own choice. A list on a platform without one is refused with the configuration.</returns>
    private static CipherSuitesPolicy? Policy(IReadOnlyList<TlsCipherSuite> suites) =>
        suites.Count == 0 || OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? null : new CipherSuitesPolicy(suites);
}
