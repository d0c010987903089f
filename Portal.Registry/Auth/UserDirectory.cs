using System.Security.Cryptography;
using System.Text;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;

namespace Portal.Registry.Auth;

/// <summary>
/// Whose password is what: the administrator of the configuration, else a line of the <c>htpasswd</c> file, else a user
/// of the portal's own.
/// </summary>
/// <param name="file">Null when there is none.</param>
public sealed class UserDirectory(HtpasswdFile? file, Accounts accounts, LiveConfiguration live)
{
    private const int OwnCost = 10;

    // So that nobody can find out from outside which name takes which time.
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    private readonly Lock _turn = new();
    private readonly Lazy<string> _nobodys = new(() => BCrypt.Net.BCrypt.HashPassword(Guid.NewGuid().ToString(), OwnCost));
    private (string Password, string Hash)? _admin;

    /// <returns>The user's bcrypt hash; null when there is no such user, or it has no password, or is disabled.</returns>
    public string? FindHash(string name) => accounts.Current.IsDisabled(name) ? null : FindHashOfAny(name);

    /// <summary>The same, of disabled users too: for telling them why they are not let in.</summary>
    public string? FindHashOfAny(string name)
    {
        return AdminPassword(name) is { } password
            ? HashOf(password)
            : file?.Users.Hashes.GetValueOrDefault(name)
                ?? (accounts.Current.Find(name) is { Source: AccountSource.Portal } own ? own.PasswordHash : null);
    }

    /// <summary>What changes when the user's password does. It is as secret as the password: fit to go into a keyed hash, and nowhere else.</summary>
    /// <returns>Null when the user has no password, or is disabled.</returns>
    internal string? FindCredential(string name)
    {
        // The hash of the configuration's password is another one in each process.
        return AdminPassword(name) is { } password && !accounts.Current.IsDisabled(name)
            ? password.Value
            : FindHash(name);
    }

    /// <summary>Where the user's password is; null when there is no such user.</summary>
    public AccountSource? FindSource(string name)
    {
        return AdminPassword(name) is not null
            ? AccountSource.Configuration
            : file?.Users.Hashes.ContainsKey(name) is true ? AccountSource.Htpasswd : accounts.Current.Find(name)?.Source;
    }

    /// <summary>A name for the audit trail: one that nobody has may be a password that was typed into the wrong field, and is not written down.</summary>
    /// <returns>Null when there is no such user.</returns>
    public string? NameIfKnown(string name) => FindSource(name) is null ? null : name;

    /// <summary>Whether there can be any user with a password.</summary>
    public bool HasPasswords => file is not null
        || live.Current.Portal.Admin is { Password: not null }
        || accounts.Current.Rows.Accounts.Any(account => account is { Source: AccountSource.Portal, PasswordHash: not null });

    /// <summary>Whether there is still a way in for the user, by password or through OpenID Connect.</summary>
    public bool MaySignIn(string name)
    {
        var current = accounts.Current.Find(name);
        var source = FindSource(name);
        return current is not { IsDisabled: true }
            && IsThere(name, source)
            && (source switch
            {
                AccountSource.Portal => current?.PasswordHash is not null,
                AccountSource.OpenId => live.Current.Portal.OpenId is not null,
                _ => source is not AccountSource.Robot,
            });
    }

    /// <summary>
    /// Whether there is such a user now: one whose line was taken out of the <c>htpasswd</c> file is remembered, and is none.
    /// What was given out to a user before, a token say, counts only for as long as this is true.
    /// </summary>
    public bool IsThere(string name) => IsThere(name, FindSource(name));

    /// <summary>Every name: of the configuration, the <c>htpasswd</c> file and the accounts, also of those who are no user any more.</summary>
    public IReadOnlyCollection<string> Names
    {
        get
        {
            var names = new SortedSet<string>(file?.Users.Hashes.Keys ?? [], StringComparer.Ordinal);
            names.UnionWith(accounts.Current.Rows.Accounts.Select(account => account.Name));
            if (live.Current.Portal.Admin is { Password: not null } admin)
            {
                names.Add(admin.UserName);
            }

            return names;
        }
    }

    /// <summary>The <c>htpasswd</c> file as it is now; null when there is none.</summary>
    public HtpasswdUsers? File => file?.Users;

    /// <summary>
    /// A hash that takes as long to compare with as some user's: for a name that nobody has, always the same one, so that
    /// time does not tell it from a name that somebody has.
    /// </summary>
    public string DecoyFor(string name)
    {
        var hashes = file?.Users.All ?? [];
        if (hashes.Length == 0)
        {
            return _nobodys.Value;
        }

        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(name), hash);
        return hashes[(int)(BitConverter.ToUInt32(hash) % (uint)hashes.Length)];
    }

    private bool IsThere(string name, AccountSource? source) => source switch
    {
        AccountSource.Htpasswd => file?.Users.Hashes.ContainsKey(name) is true,
        AccountSource.Configuration => AdminPassword(name) is not null,
        _ => source is not null,
    };

    /// <returns>Null when the name is not that of <c>portal.admin</c>, or its password is elsewhere.</returns>
    private Secret? AdminPassword(string name) => live.Current.Portal.Admin is { } admin && admin.UserName == name ? admin.Password : null;

    private string HashOf(Secret password)
    {
        lock (_turn)
        {
            var text = password.Value;
            if (_admin?.Password != text)
            {
                _admin = (text, BCrypt.Net.BCrypt.HashPassword(text, OwnCost));
            }

            return _admin.Value.Hash;
        }
    }
}
