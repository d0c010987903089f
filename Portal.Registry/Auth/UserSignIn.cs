using System.Net;
using System.Text;

namespace Portal.Registry.Auth;

/// <summary>Lets a user in by name and password, or by name and access token: on the registry, the pages and the token server alike.</summary>
public sealed class UserSignIn(
    PasswordVerifier passwords, Accounts accounts, UserDirectory users, AccountActivity activity, TokenUses uses, TimeProvider time)
{
    /// <summary>How every access token begins, so that people and scanners for secrets know one when they see it.</summary>
    public const string TokenPrefix = "rpt_";

    private const int LongestToken = 128;

    /// <param name="address">The client's, whose failures are counted; null on a unix socket.</param>
    /// <returns>Null when there is no such user, or the password is another.</returns>
    /// <exception cref="TooManyTriesException">Too many wrong passwords came for the name or from the address.</exception>
    public ValueTask<Identity?> SignInAsync(string name, string password, IPAddress? address)
    {
        if (password.StartsWith(TokenPrefix, StringComparison.Ordinal) && FindByToken(name, password, address) is { } identity)
        {
            return new ValueTask<Identity?>(identity);
        }

        var verification = passwords.VerifyAsync(name, password, address);
        return verification.IsCompletedSuccessfully
            ? new ValueTask<Identity?>(ToIdentity(name, verification.Result))
            : new ValueTask<Identity?>(AwaitAsync(name, verification));
    }

    private static async Task<Identity?> AwaitAsync(string name, ValueTask<bool> verification) => ToIdentity(name, await verification);

    private static Identity? ToIdentity(string name, bool isMatch)
    {
        return isMatch ? new Identity { Kind = IdentityKind.Password, Name = name } : null;
    }

    private Identity? FindByToken(string name, string secret, IPAddress? address)
    {
        var current = accounts.Current;
        if (secret.Length > LongestToken
            || current.FindToken(Encoding.UTF8.GetBytes(secret)) is not { } found
            || found.Token.User != name
            || found.Token.ExpiresAt <= time.GetUtcNow()
            || current.IsDisabled(name)
            || !users.IsThere(name))
        {
            return null;
        }

        activity.Used(found.Token, address);
        uses.Note(found.Token, address);
        return new Identity { Kind = IdentityKind.AccessToken, Name = name, TokenName = found.Token.Name, TokenId = found.Token.Id, Limit = found.Limit };
    }
}
