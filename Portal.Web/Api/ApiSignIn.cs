using System.Net;
using Microsoft.Extensions.Primitives;
using Portal.Registry;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;
using Portal.Storage.Reasons;
using Portal.Web.Components;
using Portal.Web.SignIn;

namespace Portal.Web.Api;

/// <summary>
/// Who asks: by <c>Authorization: Basic</c> with a name and a password or access token, as at the registry; to read, by the
/// pages' cookie as well; or nobody, who sees what pages show nobody.
/// </summary>
/// <remarks>
/// A cookie comes with whatever a browser sends, also when the page of another site makes it. So it changes nothing here,
/// and a change that such a page asks for is refused whatever it brings: a browser remembers Basic credentials, too, and is
/// the machine's own without any. With <c>auth.token</c> the signed tokens of that server mean nothing here, as in the
/// pages: what they allow is said by them alone, and they are the registry's. Users of the portal's own are let in.
/// </remarks>
internal sealed class ApiSignIn(UserSignIn users, UserDirectory directory, Sessions sessions, AuditTrail audit, LiveConfiguration live)
{
    private const string Challenge = "Basic realm=\"Registry Portal API\", charset=\"UTF-8\"";

    /// <summary>The one who asks.</summary>
    /// <exception cref="ApiException">401: the credentials prove nothing. 403: a page of another site asks for a change.</exception>
    /// <exception cref="TooManyTriesException">Too many wrong passwords came for the name or from the address.</exception>
    public async Task<RequestActor> IdentifyAsync(HttpContext context, string requestId)
    {
        var reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (!reads && IsOfAnotherSite(context.Request))
        {
            throw new ApiException(
                StatusCodes.Status403Forbidden, "DENIED", "a page of another site asks for this change: send it from a program, without the headers Origin and Sec-Fetch-Site");
        }

        var visitor = context.RequestServices.GetRequiredService<Visitor>();
        visitor.Capture(context);
        return new RequestActor
        {
            Identity = StringValues.IsNullOrEmpty(context.Request.Headers.Authorization) ? Guest(context, visitor, reads) : await SignInAsync(context),
            Address = visitor.Address,
            Host = visitor.Host,
            Method = context.Request.Method,
            UserAgent = visitor.UserAgent,
            RequestId = requestId,
        };
    }

    /// <summary>The client's own address, also where a trusted proxy is in between.</summary>
    public IPAddress? AddressOf(HttpContext context) => ClientAddress.Of(context, live.Current.Portal.TrustedProxies);

    /// <summary>Whether somebody who was refused could get further with a name and a password.</summary>
    public bool CouldHelp(Identity who) => who.Kind is IdentityKind.Anonymous || (who.Kind is IdentityKind.Everyone && directory.HasPasswords);

    /// <summary>The refusal that asks for credentials; the header that says how is set.</summary>
    public static ApiException Ask(HttpContext context, string detail)
    {
        context.Response.Headers.WWWAuthenticate = Challenge;
        return new ApiException(StatusCodes.Status401Unauthorized, "UNAUTHORIZED", detail);
    }

    private Identity Guest(HttpContext context, Visitor visitor, bool reads)
    {
        if (!reads)
        {
            visitor.SessionId = null;
        }
        else if (context.GetSession() is { } session)
        {
            sessions.Saw(session);
        }

        return visitor.Identity;
    }

    private async Task<Identity> SignInAsync(HttpContext context)
    {
        if (!BasicCredentials.TryParse(context.Request.Headers.Authorization.ToString(), out var credentials))
        {
            throw Ask(context, "the header Authorization is not of the form Basic with a name and a password or access token (curl --user NAME:TOKEN)");
        }

        var address = AddressOf(context);
        if (await users.SignInAsync(credentials.Name, credentials.Password, address) is { } identity)
        {
            return identity with { IsAtPages = true };
        }

        audit.Add(AuditAction.SignInFailed, directory.NameIfKnown(credentials.Name), address, detail: new Reason(AuditNote.WrongAtApi, $"API: wrong name or password"));
        throw Ask(context, "no user has this name and this password or access token");
    }

    /// <summary>Browsers say where a request comes from; programs say nothing.</summary>
    private static bool IsOfAnotherSite(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site)
        {
            return site is not ("same-origin" or "none");
        }

        return request.Headers.Origin.ToString() is { Length: > 0 } origin
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var address) && address.Authority == request.Host.Value);
    }
}
