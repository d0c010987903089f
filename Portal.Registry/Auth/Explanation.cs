using Portal.Storage.Accounts;

namespace Portal.Registry.Auth;

/// <summary>Where a rule that counts for somebody comes from.</summary>
public enum RuleOrigin
{
    /// <summary>The table of permissions.</summary>
    Table,

    /// <summary>No rule bounds signed-in users: they may do everything.</summary>
    NoRules,

    /// <summary><c>portal.admin</c> of the configuration.</summary>
    Configuration,
}

/// <summary>A rule that counts for somebody.</summary>
public sealed record GivenRule(AccessRule Rule, RuleOrigin Origin);

/// <summary>What somebody may do with one repository, and why.</summary>
/// <param name="Actions">As <see cref="Permissions"/> answers.</param>
/// <param name="IsDisabled">Nothing is allowed, whatever the rules say.</param>
/// <param name="Rules">The rules about the repository that give something, each with what it gives.</param>
public sealed record Explanation(RepositoryActions Actions, bool IsDisabled, IReadOnlyList<ExplainedRule> Rules);

/// <param name="Actions">What this rule alone gives.</param>
public sealed record ExplainedRule(GivenRule Given, RepositoryActions Actions);
