using Microsoft.AspNetCore.Http;

namespace Portal.Registry.Auth;

/// <summary>One way of the <c>auth</c> section to find out who asks.</summary>
public interface IAccessController
{
    /// <summary>Reads the request's credentials.</summary>
    /// <returns><see cref="Identity.Anonymous"/> when there are none; null when there are some that prove nothing.</returns>
    /// <exception cref="Portal.Storage.Oci.OciException">TOOMANYREQUESTS when the client has tried too often; <c>Retry-After</c> is set.</exception>
    ValueTask<Identity?> AuthenticateAsync(HttpContext context);

    /// <summary>What <c>WWW-Authenticate</c> says to a client that has to sign in, or to prove more (RFC 9110, 11.6.1).</summary>
    /// <param name="wanted">What the request needs.</param>
    /// <param name="caller">Whom it came from; null when its credentials prove nothing.</param>
    /// <returns>Null when nothing that it could send would change the answer.</returns>
    string? Challenge(HttpContext context, Access wanted, Identity? caller);
}
