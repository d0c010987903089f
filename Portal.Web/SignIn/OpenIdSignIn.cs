using Microsoft.AspNetCore.Authentication;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;
using Portal.Storage.Reasons;

namespace Portal.Web.SignIn;

/// <summary>Makes a user and a session of what a server that speaks OpenID Connect says of somebody.</summary>
public sealed partial class OpenIdSignIn(
    PageSignIn signIn, UserDirectory users, Accounts accounts, AuditTrail audit, LiveConfiguration live, TimeProvider time, ILogger<OpenIdSignIn> logger)
{
    private const int MaxGroups = 500;
    private const int LongestGroup = 255;

    /// <summary>The server has said who it is, and everything about that was checked.</summary>
    public async Task ReceiveAsync(TicketReceivedContext received)
    {
        var context = received.HttpContext;
        received.HandleResponse();
        var claims = live.Current.Portal.OpenId ?? new OpenIdConfiguration();
        var name = received.Principal?.FindFirst(claims.NameClaim)?.Value ?? "";
        if (UserNames.FindProblem(name) is { } problem)
        {
            Log.NoName(logger, claims.NameClaim, problem.ToString());
            Tell(context, SignInProblems.NoName);
            return;
        }

        // A name of another source is another person's: nobody gets to be root by being called so elsewhere.
        var refusal = users.FindSource(name) is not (null or AccountSource.OpenId) ? SignInProblems.Taken
            : accounts.Current.IsDisabled(name) ? SignInProblems.Disabled
            : null;
        if (refusal is not null)
        {
            audit.Add(AuditAction.SignInFailed, name, signIn.AddressOf(context), detail: NoteOf(refusal));
            Tell(context, refusal);
            return;
        }

        string[] groups = [.. received.Principal!.FindAll(claims.GroupsClaim)
            .Select(claim => claim.Value).Where(group => group.Length is > 0 and <= LongestGroup).Distinct(StringComparer.Ordinal).Take(MaxGroups)];
        await signIn.StartAsync(
            context,
            name,
            known => (known ?? new Account { Name = name, CreatedAt = time.GetUtcNow() }) with { Source = AccountSource.OpenId, PasswordHash = null, Groups = groups });
        context.Response.Redirect(received.ReturnUri ?? ReturnAddress.Of(context.Request.PathBase, null));
    }

    /// <summary>The server refused, or what came back is not what was asked for.</summary>
    public Task RefuseAsync(RemoteFailureContext failed)
    {
        failed.HandleResponse();
        Log.Refused(logger, failed.Failure);
        Tell(failed.HttpContext, SignInProblems.Refused);
        return Task.CompletedTask;
    }

    public void TellUnreachable(HttpContext context, Exception exception)
    {
        Log.Unreachable(logger, exception, live.Current.Portal.OpenId?.Issuer);
        Tell(context, SignInProblems.Unreachable);
    }

    private static Reason NoteOf(string refusal) => refusal switch
    {
        SignInProblems.Taken => new Reason(AuditNote.OpenIdNameTaken, $"OpenID Connect: taken"),
        SignInProblems.Disabled => new Reason(AuditNote.OpenIdDisabled, $"OpenID Connect: disabled"),
        _ => new Reason(AuditNote.OpenIdRefused, $"OpenID Connect: {refusal}"),
    };

    private static void Tell(HttpContext context, string problem)
    {
        context.Response.Redirect(ReturnAddress.Of(context.Request.PathBase, $"{PortalUrls.SignInPath}?problem={problem}"));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "OpenID Connect: the claim {Claim}, which portal.openid.nameclaim names, holds no name for a user here: {Problem}")]
        public static partial void NoName(ILogger logger, string claim, string problem);

        [LoggerMessage(LogLevel.Warning, "OpenID Connect: a sign-in failed")]
        public static partial void Refused(ILogger logger, Exception? exception);

        [LoggerMessage(LogLevel.Warning, "OpenID Connect: {Issuer} does not answer as it should")]
        public static partial void Unreachable(ILogger logger, Exception exception, Uri? issuer);
    }
}
