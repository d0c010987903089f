using System.Security.Cryptography.X509Certificates;
using Portal.Registry.Configuration;

namespace Portal.Tests.Fixtures;

/// <summary>The application with TLS, and clients that believe its authority.</summary>
public class TlsPortal : PortalFixture
{
    public CertificateAuthority Authority { get; } = new("Authority of the tests");

    /// <summary>What counts from the next start on, beside the certificate.</summary>
    public Func<HttpConfiguration, HttpConfiguration> Http { get; set; } = http => http;

    /// <summary>The same for the portal's section.</summary>
    public Func<PortalConfiguration, PortalConfiguration> Portal { get; set; } = portal => portal;

    protected override RegistryConfiguration Configuration => base.Configuration with
    {
        Http = Http(base.Configuration.Http with { Tls = new TlsConfiguration { Files = Authority.WriteServer(Root) } }),
        Portal = Portal(base.Configuration.Portal),
    };

    public RegistryClient CreateClient(Version version, X509Certificate2? certificate = null) => new(
        RegistryAddress,
        handler =>
        {
            Authority.Trust(handler);
            if (certificate is not null)
            {
                handler.SslOptions.ClientCertificates = [certificate];
            }
        },
        version);

    protected override RegistryClient CreateClient() => CreateClient(System.Net.HttpVersion.Version11);
}
