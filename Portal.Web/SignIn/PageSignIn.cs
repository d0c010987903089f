using System.Net;
using Portal.Registry;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;
using Portal.Storage.Reasons;

namespace Portal.Web.SignIn;

/// <summary>Signs browsers in and out: what the pages' forms, and OpenID Connect, come to.</summary>
public sealed class PageSignIn(
    PasswordVerifier passwords, UserDirectory users, Accounts accounts, Sessions sessions, AuditTrail audit, LiveConfiguration live)
{
    private const int LongestName = 255;
    private const int LongestPassword = 1024;

    /// <summary>Whether there is any user with a password.</summary>
    public bool TakesPasswords => users.HasPasswords;

    /// <summary>What the button for OpenID Connect says; null without it.</summary>
    public string? OpenIdTitle => live.Current.Portal.OpenId?.Title;

    /// <summary>Whether there is any way to sign in.</summary>
    public bool IsPossible => TakesPasswords || OpenIdTitle is not null;

    /// <summary>Signs a browser in by name and password; its cookie is set when that went well.</summary>
    /// <remarks>An access token is no password here: a session would give more than the token does.</remarks>
    /// <exception cref="TooManyTriesException">Too many wrong passwords came for the name or from the address.</exception>
    public async Task<SignInOutcome> SignInAsync(HttpContext context, string name, string password)
    {
        var address = AddressOf(context);
        if (name.Length is 0 or > LongestName || password.Length is 0 or > LongestPassword
            || !await passwords.VerifyAnyAsync(name, password, address))
        {
            audit.Add(AuditAction.SignInFailed, users.NameIfKnown(name), address, detail: new Reason(AuditNote.WrongPassword, $"wrong name or password"));
            return SignInOutcome.Wrong;
        }

        if (accounts.Current.IsDisabled(name))
        {
            audit.Add(AuditAction.SignInFailed, name, address, detail: new Reason(AuditNote.Disabled, $"disabled"));
            return SignInOutcome.Disabled;
        }

        await StartAsync(context, name);
        return SignInOutcome.SignedIn;
    }

    /// <summary>Gives a browser, whose user has proved who they are, a new session in place of the one it has.</summary>
    /// <param name="remember">What is to be remembered of the user, from what is; null to leave that.</param>
    public async Task StartAsync(HttpContext context, string name, Func<Account?, Account>? remember = null)
    {
        var secret = await sessions.StartAsync(
            name, AddressOf(context), context.Request.Headers.UserAgent, context.GetSession(), remember, context.RequestAborted);
        SessionCookie.Write(context, secret, live.Current.Portal.Session.Lifetime);
    }

    /// <summary>Ends the browser's session.</summary>
    public async Task SignOutAsync(HttpContext context)
    {
        if (context.GetSession() is { } session)
        {
            await sessions.SignOutAsync(session, AddressOf(context), context.RequestAborted);
        }

        SessionCookie.Delete(context);
    }

    /// <summary>The browser's own address, also where a trusted proxy is in between.</summary>
    public IPAddress? AddressOf(HttpContext context) => ClientAddress.Of(context, live.Current.Portal.TrustedProxies);
}

public enum SignInOutcome
{
    SignedIn,

    /// <summary>No user has this name and password.</summary>
    Wrong,

    /// <summary>Name and password are right, and an administrator has shut the user out.</summary>
    Disabled,
}
