namespace Portal.Storage.Accounts;

/// <summary>Where a user comes from, which is where the password is.</summary>
public enum AccountSource
{
    /// <summary>A line of the <c>htpasswd</c> file.</summary>
    Htpasswd,

    /// <summary><c>portal.admin</c> of the configuration.</summary>
    Configuration,

    /// <summary>The portal's own: the first administrator of a registry without sign-in.</summary>
    Portal,

    /// <summary>A server that speaks OpenID Connect.</summary>
    OpenId,

    /// <summary>A program: it has tokens and no password.</summary>
    Robot,
}

/// <summary>A user as the portal remembers one; the name is the key, whatever the source.</summary>
public sealed record Account
{
    public required string Name { get; init; }

    public AccountSource Source { get; init; }

    /// <summary>bcrypt; null unless the source is <see cref="AccountSource.Portal"/>.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>Nothing lets a disabled user in: no password, token or session.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>Sessions and refresh tokens that were given out before count no more.</summary>
    public DateTimeOffset ValidFrom { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>To a page.</summary>
    public DateTimeOffset? LastSignIn { get; init; }

    public DateTimeOffset? LastPull { get; init; }

    public DateTimeOffset? LastPush { get; init; }

    /// <summary>As OpenID Connect told them at the last sign-in.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];
}

/// <summary>A password for programs: some of its user's rights, for a while.</summary>
public sealed record AccessToken
{
    public long Id { get; init; }

    /// <summary>The user's name.</summary>
    public required string User { get; init; }

    /// <summary>What the user calls it; unique among the user's.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the token. The token itself is kept nowhere.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>It lets through what both this and the user's own rules allow.</summary>
    public Role Role { get; init; }

    public IReadOnlyList<RepositoryPattern> Patterns { get; init; } = [RepositoryPattern.All];

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? LastUsed { get; init; }

    public string? LastAddress { get; init; }
}

/// <summary>A browser that is signed in.</summary>
public sealed record Session
{
    public long Id { get; init; }

    /// <summary>The user's name.</summary>
    public required string User { get; init; }

    /// <summary>SHA-256 of the random text in the cookie.</summary>
    public required byte[] Hash { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset LastSeen { get; init; }

    public string? Address { get; init; }

    public string? UserAgent { get; init; }
}
