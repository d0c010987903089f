using System.Net;
using Portal.Storage.Accounts;
using Portal.Storage.Reasons;

namespace Portal.Registry.Auth;

/// <summary>Lets signed-in users change their own password.</summary>
public sealed class OwnPassword(UserAdministration users, UserDirectory directory, PasswordVerifier passwords, AuditTrail audit)
{
    /// <summary>Why there is no own password to change here; null when there is one.</summary>
    public Reason? WhyNot(Identity by)
    {
        if (by is not { Name: { } name, Kind: IdentityKind.Session or IdentityKind.Password })
        {
            return new Reason(UserRefusal.SignInFirst, $"sign in with your password first");
        }

        return directory.FindSource(name) switch
        {
            AccountSource.Htpasswd or AccountSource.Portal => null,
            AccountSource.Configuration => new Reason(UserRefusal.OwnHeldByConfiguration, $"your password is held by portal.admin of the configuration: change it there"),
            AccountSource.OpenId => new Reason(UserRefusal.OwnKeptByOpenId, $"your password is kept by the server of OpenID Connect: change it there"),
            _ => new Reason(UserRefusal.NoOwnPassword, $"you have no password here"),
        };
    }

    /// <summary>Changes it and ends every other session.</summary>
    /// <param name="current">The password of now, which is asked for so that a browser left open gives nothing away.</param>
    /// <param name="keepSession">The session that this comes from; null when it comes from none.</param>
    /// <exception cref="UserChangeException">The current password is another one, the new one cannot be used, or it cannot be changed here.</exception>
    /// <exception cref="TooManyTriesException">Too many wrong passwords came.</exception>
    public async Task ChangeAsync(
        Identity by, IPAddress? address, string current, string next, long? keepSession, CancellationToken cancellationToken)
    {
        if (WhyNot(by) is { } reason)
        {
            throw new UserChangeException(reason);
        }

        if (UserNames.FindPasswordProblem(next) is { } problem)
        {
            throw new UserChangeException(UserRefusal.ChooseAnother, $"{problem}: choose another one");
        }

        if (!await passwords.VerifyAsync(by.Name!, current, address))
        {
            throw new UserChangeException(UserRefusal.WrongPassword, $"the current password is not right");
        }

        await users.ReplacePasswordAsync(by.Name!, next, keepSession, cancellationToken);
        audit.Add(AuditAction.PasswordChanged, by.Name, address, by.Name!, new Reason(AuditNote.ByUser, $"by the user"));
    }
}
