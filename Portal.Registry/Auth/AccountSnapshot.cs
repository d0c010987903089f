using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;

namespace Portal.Registry.Auth;

/// <summary>Users, rules, tokens and sessions as they are at one instant. A change makes another one.</summary>
public sealed class AccountSnapshot
{
    // Only names that were proved come here; a server elsewhere could still send many.
    private const int MaxRemembered = 10_000;

    private readonly FrozenDictionary<string, Account> _accounts;
    private readonly FrozenDictionary<SecretHash, KnownToken> _tokens;
    private readonly FrozenDictionary<long, KnownToken> _tokensById;
    private readonly FrozenDictionary<SecretHash, Session> _sessions;
    private readonly FrozenDictionary<long, Session> _sessionsById;
    private readonly ConcurrentDictionary<string, Rights> _rights = new(StringComparer.Ordinal);
    private readonly AdminConfiguration? _admin;
    private readonly IReadOnlyList<string> _adminGroups;
    private readonly bool _isBoundless;
    private readonly Lazy<Rights> _anonymous;

    internal AccountSnapshot(AccountRows rows, PortalConfiguration portal)
    {
        Rows = rows;
        _admin = portal.Admin;
        _adminGroups = portal.OpenId?.AdminGroups ?? [];
        _accounts = rows.Accounts.ToFrozenDictionary(account => account.Name, StringComparer.Ordinal);
        _tokens = rows.Tokens.ToFrozenDictionary(token => SecretHash.Of(token.Hash), token => new KnownToken(token, LimitOf(token)));
        _tokensById = _tokens.Values.ToFrozenDictionary(token => token.Token.Id);
        _sessions = rows.Sessions.ToFrozenDictionary(session => SecretHash.Of(session.Hash));
        _sessionsById = rows.Sessions.ToFrozenDictionary(session => session.Id);
        _isBoundless = rows.Rules.All(rule => rule.Role is Role.Admin);
        _anonymous = new Lazy<Rights>(() => Gather(rows.Rules.Where(rule => rule.Kind is SubjectKind.Anyone)));
        HasAdministrator = _admin is not null || _adminGroups.Count > 0 || rows.Rules.Any(rule => rule.Role is Role.Admin);
    }

    public AccountRows Rows { get; }

    /// <summary>
    /// Whether anybody is named as administrator. As long as nobody is, every signed-in user is one, but those that
    /// OpenID Connect brings.
    /// </summary>
    public bool HasAdministrator { get; }

    /// <summary>Whether rules bound what signed-in users do with repositories.</summary>
    public bool HasRules => !_isBoundless;

    /// <returns>Null when nothing is remembered of the user, who may be in the htpasswd file all the same.</returns>
    public Account? Find(string name) => _accounts.GetValueOrDefault(name);

    /// <summary>Whether nothing lets the user in.</summary>
    public bool IsDisabled(string name) => Find(name) is { IsDisabled: true };

    /// <param name="secret">The token as its user has it.</param>
    /// <returns>Null when there is no such token; it may be past its time.</returns>
    public KnownToken? FindToken(ReadOnlySpan<byte> secret) => _tokens.GetValueOrDefault(SecretHash.OfSecret(secret));

    /// <param name="id">The number of an access token.</param>
    /// <returns>Null when it is revoked; it may be past its time.</returns>
    public KnownToken? FindToken(long id) => _tokensById.GetValueOrDefault(id);

    /// <param name="secret">The text in the browser's cookie.</param>
    /// <returns>Null when there is no such session; it may be past its time.</returns>
    public Session? FindSession(ReadOnlySpan<byte> secret) => _sessions.GetValueOrDefault(SecretHash.OfSecret(secret));

    /// <returns>Null when there is no such session; it may be past its time.</returns>
    public Session? FindSession(long id) => _sessionsById.GetValueOrDefault(id);

    /// <summary>All sessions of a user; some may be past their time.</summary>
    public IEnumerable<Session> SessionsOf(string user) => Rows.Sessions.Where(session => session.User == user);

    /// <summary>What the rules give somebody, whatever credentials were used.</summary>
    public Rights RightsOf(Identity who)
    {
        if (who.Name is not { } name)
        {
            return _anonymous.Value;
        }

        if (_rights.TryGetValue(name, out var known))
        {
            return known;
        }

        var account = Find(name);
        var rights = account is { IsDisabled: true } ? Rights.None : Gather(name, account);
        if (_rights.Count < MaxRemembered)
        {
            _rights.TryAdd(name, rights);
        }

        return rights;
    }

    private static Rights LimitOf(AccessToken token)
    {
        var actions = RepositoryActionNames.Of(token.Role);
        return new Rights(token.Patterns.Select(pattern => new Grant(pattern, actions)), isAdministrator: false, seesCatalog: true);
    }

    private Rights Gather(string name, Account? account)
    {
        var groups = account?.Groups ?? [];
        var rules = Rows.Rules.Where(rule => rule.Kind switch
        {
            SubjectKind.User => rule.Subject == name,
            SubjectKind.Group => groups.Contains(rule.Subject, StringComparer.Ordinal),
            _ => true,
        });
        if (_isBoundless)
        {
            // Who has an account with a server elsewhere is not by that an administrator here.
            var isTrusted = !HasAdministrator && account?.Source is not AccountSource.OpenId;
            rules = rules.Append(new AccessRule(SubjectKind.SignedIn, "", isTrusted ? Role.Admin : Role.Maintainer, RepositoryPattern.All));
        }

        if (_admin?.UserName == name || _adminGroups.Any(group => groups.Contains(group, StringComparer.Ordinal)))
        {
            rules = rules.Append(new AccessRule(SubjectKind.User, name, Role.Admin, RepositoryPattern.All));
        }

        return Gather(rules);
    }

    private static Rights Gather(IEnumerable<AccessRule> rules)
    {
        var given = rules.ToList();
        return new Rights(
            given.Select(rule => new Grant(rule.Pattern, RepositoryActionNames.Of(rule.Role))),
            given.Any(rule => rule.Role is Role.Admin && rule.Pattern == RepositoryPattern.All && rule.Kind is not SubjectKind.Anyone),
            given.Count > 0);
    }

    /// <summary>SHA-256 as a key: looking one up takes as long whatever is looked for, since it is a hash of what came.</summary>
    private readonly record struct SecretHash(UInt128 First, UInt128 Second)
    {
        public static SecretHash Of(byte[] hash) => MemoryMarshal.Read<SecretHash>(hash);

        public static SecretHash OfSecret(ReadOnlySpan<byte> secret)
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(secret, hash);
            return MemoryMarshal.Read<SecretHash>(hash);
        }
    }
}

/// <param name="Limit">What the token lets through of its user's rights.</param>
public sealed record KnownToken(AccessToken Token, Rights Limit);
