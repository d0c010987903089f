using Portal.Storage.Accounts;

namespace Portal.Registry.Auth;

/// <summary>Which users are wanted, by name.</summary>
public sealed record UserQuery
{
    /// <summary>Part of the name, whatever its case; null for any.</summary>
    public string? Search { get; init; }

    public int Skip { get; init; }

    public int Take { get; init; } = 50;
}

/// <summary>A user as an administrator sees one.</summary>
public sealed record UserRow
{
    /// <summary>With when it was last seen.</summary>
    public required Account Account { get; init; }

    public string Name => Account.Name;

    public required AccountSource Source { get; init; }

    /// <summary>False for one who is remembered, but whose line is not in the <c>htpasswd</c> file any more.</summary>
    public required bool IsThere { get; init; }

    public required bool IsAdministrator { get; init; }

    /// <summary>Every rule that counts for the user.</summary>
    public required IReadOnlyList<GivenRule> Rules { get; init; }

    public required int TokenCount { get; init; }
}

/// <summary>What goes with a user who is deleted.</summary>
/// <param name="Tokens">Access tokens, which stop working.</param>
/// <param name="Sessions">Browsers that are signed in.</param>
/// <param name="Rules">Rows of the table of permissions that name the user.</param>
/// <param name="Opens">No rule that bounds signed-in users is left then: each of them may do everything with repositories.</param>
public sealed record UserDeletion(int Tokens, int Sessions, IReadOnlyList<AccessRule> Rules, bool Opens);
