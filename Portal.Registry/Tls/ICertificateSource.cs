using System.Net.Security;

namespace Portal.Registry.Tls;

/// <summary>What a TLS listener shows its clients.</summary>
public interface ICertificateSource
{
    /// <summary>The certificate for a new connection.</summary>
    /// <param name="host">The name that the client asks for (SNI); empty when it says none.</param>
    /// <returns>Null when there is none for this name: the handshake fails.</returns>
    ValueTask<SslStreamCertificateContext?> GetAsync(string host, CancellationToken cancellationToken);
}
