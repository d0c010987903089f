using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;
using Portal.Storage.Reasons;

namespace Portal.Registry.Auth;

/// <summary>
/// Names the first administrator of a registry that asks nobody for a password: by a code that only who can read the
/// process's output knows. It counts once, and until the next start.
/// </summary>
public sealed class FirstAdministrator(Accounts accounts, LiveConfiguration live, AuditTrail audit, TimeProvider time)
{
    /// <summary>The least characters of a password that is chosen here.</summary>
    public const int LeastPassword = 8;

    private byte[]? _hash;

    /// <summary>Makes a code when there is nobody who could name an administrator otherwise.</summary>
    /// <returns>The code; null when none is needed.</returns>
    public string? Offer()
    {
        if (accounts.Current.HasAdministrator || !live.Current.Auth.IsNone)
        {
            return null;
        }

        var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        _hash = HashOf(code);
        return code;
    }

    /// <summary>Whether a code is the one that counts.</summary>
    public bool Accepts(string? code)
    {
        return _hash is { } hash && code is { Length: <= 64 } && CryptographicOperations.FixedTimeEquals(HashOf(code), hash)
            && !accounts.Current.HasAdministrator;
    }

    /// <summary>What is wrong with a name and password for an administrator; null when nothing is.</summary>
    public static Reason? FindProblem(string name, string password, string again)
    {
        return UserNames.FindProblem(name) is { } problem ? problem
            : password.Length < LeastPassword ? new Reason(UserRefusal.PasswordTooShort, $"The password has fewer than {LeastPassword} characters.")
            : Encoding.UTF8.GetByteCount(password) > UserNames.LongestPassword ? new Reason(UserRefusal.PasswordTooLarge, $"The password has more than {UserNames.LongestPassword} bytes.")
            : password != again ? new Reason(UserRefusal.PasswordsDiffer, $"The two passwords differ.")
            : null;
    }

    /// <summary>Makes the administrator, with whom the code counts no more.</summary>
    /// <returns>False when the code does not count, or somebody was faster.</returns>
    public async Task<bool> NameAsync(string code, string name, string password, IPAddress? address, CancellationToken cancellationToken)
    {
        if (!Accepts(code))
        {
            return false;
        }

        var hash = await Task.Run(() => UserNames.Hash(password), cancellationToken);
        var isNamed = await accounts.ChangeAsync(
            async store =>
            {
                var current = accounts.Current;
                if (current.HasAdministrator)
                {
                    return false;
                }

                await store.SaveAccountAsync(
                    (current.Find(name) ?? new Account { Name = name, CreatedAt = time.GetUtcNow() }) with
                    {
                        Source = AccountSource.Portal,
                        PasswordHash = hash,
                        IsDisabled = false,
                        Groups = [],
                    },
                    CancellationToken.None);
                await store.ReplaceRulesAsync(
                    [.. current.Rows.Rules, new AccessRule(SubjectKind.User, name, Role.Admin, RepositoryPattern.All)], CancellationToken.None);
                return true;
            },
            cancellationToken);
        if (isNamed)
        {
            _hash = null;
            audit.Add(AuditAction.UserAdded, name, address, name, new Reason(AuditNote.FirstAdministrator, $"first administrator, by the set-up link"));
        }

        return isNamed;
    }

    private static byte[] HashOf(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(code));
}
