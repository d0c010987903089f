using System.Globalization;
using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Registry.Auth;

/// <summary>A token that somebody wants.</summary>
public sealed record TokenRequest
{
    /// <summary>Whose it is.</summary>
    public required string User { get; init; }

    /// <summary>What its user calls it.</summary>
    public required string Name { get; init; }

    /// <summary>What it lets through at most; no administration.</summary>
    public Role Role { get; init; } = Role.Reader;

    /// <summary>For which repositories.</summary>
    public IReadOnlyList<RepositoryPattern> Patterns { get; init; } = [RepositoryPattern.All];

    /// <summary>How long it works; null for ever.</summary>
    public TimeSpan? Lifetime { get; init; } = AccessTokens.DefaultLifetime;
}

/// <summary>A token that was made.</summary>
/// <param name="Secret">What stands in the password's place. It is known now and never again.</param>
public sealed record CreatedToken(AccessToken Token, string Secret);

/// <summary>
/// Access tokens: passwords for programs, with some of their user's rights, for a while. Users make their own, and
/// administrators those of robots; both take away their own, and administrators anybody's.
/// </summary>
public sealed class AccessTokens(
    Accounts accounts, UserDirectory users, Permissions permissions, AccountActivity activity, AuditTrail audit, TimeProvider time)
{
    /// <summary>How long a token works when nothing else is said.</summary>
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromDays(90);

    /// <summary>How long a token works at the most, if not for ever.</summary>
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(3650);

    /// <summary>How many a user may have.</summary>
    public const int MostTokens = 100;

    /// <summary>Characters of a token's name.</summary>
    public const int LongestName = 64;

    /// <summary>Patterns of one token.</summary>
    public const int MostPatterns = 20;

    private const int SecretBytes = 32;

    /// <summary>A user's tokens, newest first.</summary>
    /// <exception cref="OciException">DENIED: they are somebody else's, and the one who asks is no administrator.</exception>
    public IReadOnlyList<AccessToken> List(Identity by, string user)
    {
        RequireOwnerOrAdministrator(by, user);
        return [.. accounts.Current.Rows.Tokens.Where(token => token.User == user).Select(activity.Complete).OrderByDescending(token => token.CreatedAt).ThenByDescending(token => token.Id)];
    }

    /// <summary>Makes a token, which works at once.</summary>
    /// <exception cref="OciException">DENIED: it is for somebody else, and not for a robot by an administrator.</exception>
    /// <exception cref="UserChangeException">The name is taken, something is out of bounds, or the user has too many.</exception>
    public async Task<CreatedToken> CreateAsync(Identity by, IPAddress? address, TokenRequest request, CancellationToken cancellationToken)
    {
        var isRobots = users.FindSource(request.User) is AccountSource.Robot;
        if (isRobots)
        {
            permissions.RequireAdministrator(by);
        }
        else if (!IsOwner(by, request.User))
        {
            throw new OciException(
                ErrorCode.Denied,
                new Reason(UserRefusal.TokensOfOthers, $"a user's tokens are made by that user alone; add a robot for a program that nobody owns"));
        }

        RequireSound(request);
        var secret = UserSignIn.TokenPrefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var now = time.GetUtcNow();
        var token = await accounts.ChangeAsync(
            async store =>
            {
                // Looked at in the turn of this change, so that no other one comes in between.
                RequireRoom(request);
                if (accounts.Current.Find(request.User) is null)
                {
                    await store.SaveAccountAsync(
                        new Account { Name = request.User, Source = users.FindSource(request.User) ?? AccountSource.Htpasswd, CreatedAt = now }, CancellationToken.None);
                }

                return await store.AddTokenAsync(
                    new AccessToken
                    {
                        User = request.User,
                        Name = request.Name,
                        Hash = SHA256.HashData(Encoding.UTF8.GetBytes(secret)),
                        Role = request.Role,
                        Patterns = request.Patterns,
                        CreatedAt = now,
                        ExpiresAt = now + request.Lifetime,
                    },
                    CancellationToken.None);
            },
            cancellationToken);
        audit.Add(AuditAction.TokenCreated, by.Name, address, NameOf(token), Describe(token));
        return new CreatedToken(token, secret);
    }

    /// <summary>Takes a token away: it works no more.</summary>
    /// <exception cref="OciException">DENIED: it is somebody else's, and the one who asks is no administrator.</exception>
    /// <exception cref="UserChangeException">There is no such token.</exception>
    public async Task RevokeAsync(Identity by, IPAddress? address, long id, CancellationToken cancellationToken)
    {
        // To somebody who may not, one that is not there is no other than one that is.
        var token = accounts.Current.Rows.Tokens.FirstOrDefault(token => token.Id == id);
        if (token is null || !IsOwner(by, token.User))
        {
            permissions.RequireAdministrator(by);
        }

        if (token is null)
        {
            throw new UserChangeException(UserRefusal.NoSuchToken, $"there is no such token any more");
        }

        await accounts.ChangeAsync(store => store.DeleteTokenAsync(id, CancellationToken.None), cancellationToken);
        audit.Add(AuditAction.TokenRevoked, by.Name, address, NameOf(token));
    }

    /// <summary>How lists and the audit trail name a token.</summary>
    internal static string NameOf(AccessToken token) => $"{token.User}/{token.Name}";

    /// <summary>A token makes and takes away none: who has one alone cannot make it last.</summary>
    private static bool IsOwner(Identity by, string user)
    {
        return by.Name == user && by.Kind is IdentityKind.Session or IdentityKind.Password or IdentityKind.Certificate;
    }

    private void RequireOwnerOrAdministrator(Identity by, string user)
    {
        if (!IsOwner(by, user))
        {
            permissions.RequireAdministrator(by);
        }
    }

    private void RequireSound(TokenRequest request)
    {
        if (!users.IsThere(request.User) || accounts.Current.IsDisabled(request.User))
        {
            throw new UserChangeException(UserRefusal.TokenForNobody, $"\"{request.User}\" is no user who can sign in: a token would let nobody in");
        }

        if (request.Name.Length is 0 or > LongestName || request.Name.Any(char.IsControl) || request.Name.Trim() != request.Name)
        {
            throw new UserChangeException(UserRefusal.TokenName, $"a token's name has 1 to {LongestName} characters, none of them a control character, and no blank at its ends");
        }

        if (request.Role is Role.Admin || !Enum.IsDefined(request.Role))
        {
            throw new UserChangeException(UserRefusal.TokenForAdministration, $"a token gives no administration: choose reader, writer or maintainer");
        }

        if (request.Patterns.Count is 0 or > MostPatterns)
        {
            throw new UserChangeException(UserRefusal.TokenPatterns, $"a token is for 1 to {MostPatterns} patterns of repositories; write ** for all");
        }

        if (request.Lifetime is { } lifetime && (lifetime <= TimeSpan.Zero || lifetime > LongestLifetime))
        {
            throw new UserChangeException(UserRefusal.TokenLifetime, $"a token works for at most {LongestLifetime.TotalDays} days, or for ever");
        }
    }

    private void RequireRoom(TokenRequest request)
    {
        var all = accounts.Current.Rows.Tokens.Where(token => token.User == request.User).ToList();
        if (all.Exists(token => token.Name == request.Name))
        {
            throw new UserChangeException(UserRefusal.TokenNameTaken, $"there is a token \"{request.Name}\" already: choose another name, or revoke that one");
        }

        if (all.Count >= MostTokens)
        {
            throw new UserChangeException(UserRefusal.TooManyTokens, $"\"{request.User}\" has {MostTokens} tokens, and nobody may have more: revoke one that is not used");
        }
    }

    private static Reason Describe(AccessToken token)
    {
        var (role, patterns) = (RoleNotes.Of(token.Role), string.Join(", ", token.Patterns));
        var time = token.ExpiresAt?.ToString("u", CultureInfo.InvariantCulture);
        return time is not null
            ? new Reason(AuditNote.TokenUntil, $"{role} on {patterns}, until {time}")
            : new Reason(AuditNote.TokenForEver, $"{role} on {patterns}, for ever");
    }
}
