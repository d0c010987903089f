using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Portal.Registry.Configuration;

namespace Portal.Registry.Auth.Tokens;

/// <summary><c>auth.silly</c>: whoever sends an <c>Authorization</c> header, whatever it says, may do everything. For development.</summary>
public sealed class SillyController(SillyAuthConfiguration configuration) : IAccessController
{
    private static readonly Identity Somebody = new() { Kind = IdentityKind.Silly, Name = "silly" };

    public ValueTask<Identity?> AuthenticateAsync(HttpContext context)
    {
        return new ValueTask<Identity?>(StringValues.IsNullOrEmpty(context.Request.Headers.Authorization) ? Identity.Anonymous : Somebody);
    }

    public string Challenge(HttpContext context, Access wanted, Identity? caller)
    {
        return BearerChallenge.Of(configuration.Realm, configuration.Service, context, wanted);
    }
}
