using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;

namespace Portal.Registry.Auth;

/// <summary>
/// No <c>auth</c>, and clients that show certificates which <c>http.tls.clientcas</c> vouch for: the certificate's common
/// name is the user's. Where there is an <c>auth</c> as well, it counts, and the certificate only lets one speak.
/// </summary>
public sealed class CertificateController(Accounts accounts) : IAccessController
{
    private const int LongestName = 255;

    // A connection keeps its certificate, and reading a name out of one is work.
    private readonly ConditionalWeakTable<X509Certificate2, Identity> _identities = [];

    /// <returns>
    /// Without a certificate whoever may come in is <see cref="Identity.Everyone"/> as long as no rule bounds users, and
    /// <see cref="Identity.Anonymous"/> then. Null when the certificate names nobody.
    /// </returns>
    public ValueTask<Identity?> AuthenticateAsync(HttpContext context)
    {
        if (context.Connection.ClientCertificate is not { } certificate)
        {
            return new ValueTask<Identity?>(accounts.Current.HasRules ? Identity.Anonymous : Identity.Everyone);
        }

        var identity = _identities.GetValue(certificate, Read);
        return new ValueTask<Identity?>(identity.Name is null ? null : identity);
    }

    /// <returns>Null: a certificate is shown when the connection begins, and nothing that is asked for later changes it.</returns>
    public string? Challenge(HttpContext context, Access wanted, Identity? caller) => null;

    private static Identity Read(X509Certificate2 certificate)
    {
        var name = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        return new Identity
        {
            Kind = IdentityKind.Certificate,
            Name = name.Length is > 0 and <= LongestName && !name.Any(char.IsControl) ? name : null,
        };
    }
}
