using System.Net.Security;
using Portal.Registry.Configuration;

namespace Portal.Registry.Tls;

/// <summary>
/// Mutual TLS: a client shows a certificate, and one of the given authorities vouches for it, as far as
/// <see cref="ClientAuthentication"/> asks for that.
/// </summary>
public sealed class ClientCertificates
{
    private const string UseByClients = "1.3.6.1.5.5.7.3.2";

    private readonly Authorities _authorities;
    private readonly ClientAuthentication _authentication;

    /// <param name="paths">Files of authorities' certificates in PEM form, one or more in each.</param>
    /// <param name="authentication">What is asked of a client.</param>
    /// <exception cref="CertificateFileException">One of them cannot be used.</exception>
    public ClientCertificates(IEnumerable<string> paths, ClientAuthentication authentication)
    {
        (_authorities, _authentication) = (new Authorities(paths), authentication);
    }

    /// <summary>Makes one connection ask for a certificate, and end when what comes is not what is asked.</summary>
    public void Ask(SslServerAuthenticationOptions connection)
    {
        connection.ClientCertificateRequired = true;
        connection.CertificateChainPolicy = _authorities.Policy(UseByClients);
        connection.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => _authentication switch
        {
            ClientAuthentication.Request => true,
            ClientAuthentication.RequireAny => certificate is not null,
            ClientAuthentication.VerifyIfGiven when certificate is null => true,
            _ => certificate is not null && chain is not null && errors == SslPolicyErrors.None && _authorities.VouchFor(chain),
        };
    }
}
