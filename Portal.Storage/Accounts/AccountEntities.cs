namespace Portal.Storage.Accounts;

/// <summary>What is known of a user beside the password, which is elsewhere but for users of the portal's own.</summary>
internal sealed class AccountEntity
{
    public long Id { get; set; }

    public required string Name { get; set; }

    public AccountSource Source { get; set; }

    /// <summary>bcrypt; null for users whose password is elsewhere, or who have none.</summary>
    public string? PasswordHash { get; set; }

    public bool IsDisabled { get; set; }

    /// <summary>Sessions and refresh tokens from before count no more.</summary>
    public DateTimeOffset ValidFrom { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? LastSignIn { get; set; }

    public DateTimeOffset? LastPull { get; set; }

    public DateTimeOffset? LastPush { get; set; }

    /// <summary>As OpenID Connect told them at the last sign-in.</summary>
    public string[] Groups { get; set; } = [];
}

internal sealed class RuleEntity
{
    public long Id { get; set; }

    public SubjectKind Kind { get; set; }

    public required string Subject { get; set; }

    public Role Role { get; set; }

    public required string Pattern { get; set; }
}

internal sealed class TokenEntity
{
    public long Id { get; set; }

    public long AccountId { get; set; }

    public required string Name { get; set; }

    /// <summary>SHA-256 of the token, which is random enough to need no slower hash.</summary>
    public required byte[] Hash { get; set; }

    public Role Role { get; set; }

    public string[] Patterns { get; set; } = [];

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? LastUsed { get; set; }

    public string? LastAddress { get; set; }
}

internal sealed class SessionEntity
{
    public long Id { get; set; }

    public long AccountId { get; set; }

    /// <summary>SHA-256 of the random text in the cookie.</summary>
    public required byte[] Hash { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset LastSeen { get; set; }

    public string? Address { get; set; }

    public string? UserAgent { get; set; }
}

internal sealed class AuditEntity
{
    public long Id { get; set; }

    public DateTimeOffset Time { get; set; }

    public AuditAction Action { get; set; }

    /// <summary>Who did it, or tried to; null for nobody with a name.</summary>
    public string? Actor { get; set; }

    public string? Address { get; set; }

    /// <summary>What it was done to: a user, a repository with tag or digest, a token's name.</summary>
    public required string Target { get; set; }

    public required string Detail { get; set; }
}

/// <summary>What people wrote about a repository.</summary>
internal sealed class DescriptionEntity
{
    public required string Repository { get; set; }

    /// <summary>Markdown. Empty when it was taken away: the number of the version goes on.</summary>
    public required string Text { get; set; }

    /// <summary>One more with each change.</summary>
    public long Version { get; set; }

    public DateTimeOffset ChangedAt { get; set; }

    /// <summary>Null for nobody with a name.</summary>
    public string? ChangedBy { get; set; }
}
