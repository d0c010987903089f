using Portal.Storage.Reasons;

namespace Portal.Storage.Accounts;

/// <summary>What the audit trail tells of. Numbers are kept in the database: new ones come at the end.</summary>
public enum AuditAction
{
    SignedIn = 0,
    SignInFailed = 1,
    SignedOut = 2,
    UserAdded = 3,
    UserDeleted = 4,
    UserDisabled = 5,
    UserEnabled = 6,
    PasswordChanged = 7,
    PermissionsChanged = 8,
    TokenCreated = 9,
    TokenRevoked = 10,
    TokenUsed = 11,
    TagDeleted = 12,
    ManifestDeleted = 13,
    BlobDeleted = 14,
    ConfigurationChanged = 15,
    SessionsEnded = 16,
    DescriptionChanged = 17,
    GarbageCollected = 18,
}

/// <summary>A line of the audit trail. Lines are added and, when they are old, removed; none is ever changed.</summary>
public sealed record AuditEntry
{
    public long Id { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required AuditAction Action { get; init; }

    /// <summary>Who did it or tried to; null for nobody with a name.</summary>
    public string? Actor { get; init; }

    /// <summary>Where from, without the port.</summary>
    public string? Address { get; init; }

    /// <summary>What it was done to: a user, a repository with tag or digest, a token's name.</summary>
    public string Target { get; init; } = "";

    /// <summary>What else there is to tell; never a secret.</summary>
    public Reason? Detail { get; init; }
}

/// <summary>Which lines of the audit trail are wanted, newest first.</summary>
public sealed record AuditQuery
{
    /// <summary>Part of actor, address, target or detail; null for any.</summary>
    public string? Search { get; init; }

    /// <summary>Null for any.</summary>
    public AuditAction? Action { get; init; }

    /// <summary>Exactly this user; null for any.</summary>
    public string? Actor { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? Until { get; init; }

    public int Skip { get; init; }

    public int Take { get; init; } = 50;
}
