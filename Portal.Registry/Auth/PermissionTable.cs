using System.Net;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Registry.Auth;

/// <summary>What a new table of permissions changes for signed-in users as such, so that somebody has to agree.</summary>
public enum RuleEffect
{
    /// <summary>Nothing that has to be asked about.</summary>
    None,

    /// <summary>Signed-in users could do everything with repositories, and can do only what rules give from now on.</summary>
    Bounds,

    /// <summary>No rule bounds signed-in users any more: they can do everything with repositories.</summary>
    Opens,
}

/// <summary>What was answered to a <see cref="RuleEffect"/>.</summary>
public enum RuleAnswer
{
    /// <summary>To <see cref="RuleEffect.Bounds"/>: they keep what they had, by a rule of their own.</summary>
    KeepForSignedIn,

    /// <summary>To <see cref="RuleEffect.Bounds"/>: only the rules count.</summary>
    BoundSignedIn,

    /// <summary>To <see cref="RuleEffect.Opens"/>: that is wanted.</summary>
    OpenToSignedIn,
}

/// <summary>The table of permissions, for administrators: read, replaced as a whole, and asked what it comes to.</summary>
public sealed class PermissionTable(Accounts accounts, Permissions permissions, AuditTrail audit)
{
    // More than fit into a line of the audit trail.
    private const int MostTold = 100;

    /// <summary>Every request of a user walks those that count for the user.</summary>
    public const int MostRules = 1000;

    /// <summary>What signed-in users may do as long as no rule bounds them, as a rule.</summary>
    public static AccessRule ForSignedIn { get; } = new(SubjectKind.SignedIn, "", Role.Maintainer, RepositoryPattern.All);

    /// <summary>The rules, in their order.</summary>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public IReadOnlyList<AccessRule> Read(Identity by)
    {
        permissions.RequireAdministrator(by);
        return accounts.Current.Rows.Rules;
    }

    /// <summary>What has to be agreed to before these rules are written.</summary>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public RuleEffect EffectOf(Identity by, IReadOnlyList<AccessRule> rules) => EffectOf(Read(by), rules);

    /// <summary>What somebody may do with a repository, and why.</summary>
    /// <param name="name">Null for somebody without a name.</param>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public Explanation Explain(Identity by, string? name, RepositoryName repository)
    {
        permissions.RequireAdministrator(by);
        return permissions.Explain(name, repository);
    }

    /// <returns>What is wrong with one rule; null when nothing is.</returns>
    public static Reason? FindProblem(AccessRule rule)
    {
        var hasSubject = rule.Kind is SubjectKind.Group or SubjectKind.User;
        if (hasSubject && rule.Subject.Length == 0)
        {
            return rule.Kind is SubjectKind.Group
                ? new Reason(UserRefusal.GroupRuleWithoutName, $"a rule for a group needs a name")
                : new Reason(UserRefusal.UserRuleWithoutName, $"a rule for a user needs a name");
        }

        if (rule.Kind is SubjectKind.User && UserNames.FindProblem(rule.Subject) is { } problem)
        {
            return problem;
        }

        if (rule.Role is Role.Admin)
        {
            return rule.Kind is SubjectKind.Anyone
                ? new Reason(UserRefusal.AdministratorWithoutName, $"whoever has no name cannot be an administrator")
                : rule.Pattern != RepositoryPattern.All
                    ? new Reason(UserRefusal.AdministratorOfSome, $"an administrator is one for all repositories: write ** as the pattern")
                    : null;
        }

        return null;
    }

    /// <summary>Puts a whole table in the place of the one that is there.</summary>
    /// <param name="before">What was edited: another table by now is not overwritten.</param>
    /// <param name="answer">To what <see cref="EffectOf(Identity, IReadOnlyList{AccessRule})"/> says; null when it says nothing.</param>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    /// <exception cref="UserChangeException">
    /// A rule is wrong or twice there, somebody else changed the table, an answer is missing, or the one who asks would be
    /// no administrator any more.
    /// </exception>
    public async Task ReplaceAsync(
        Identity by, IPAddress? address, IReadOnlyList<AccessRule> before, IReadOnlyList<AccessRule> rules, RuleAnswer? answer, CancellationToken cancellationToken)
    {
        permissions.RequireAdministrator(by);
        rules = [.. rules.Select(rule => rule.Kind is SubjectKind.Anyone or SubjectKind.SignedIn ? rule with { Subject = "" } : rule)];
        RequireSound(rules);
        var written = await accounts.ChangeAsync(
            async store =>
            {
                // Looked at in the turn of this change, so that no other one comes in between.
                permissions.RequireAdministrator(by);
                var current = accounts.Current;
                if (!current.Rows.Rules.SequenceEqual(before))
                {
                    throw new UserChangeException(UserRefusal.RulesChanged, $"somebody else changed the permissions meanwhile: look at them again");
                }

                var next = Answered(current.Rows.Rules, rules, answer);
                if (!Permissions.IsAdministrator(by, current.WithRules(next)))
                {
                    throw by.Name is null
                        ? new UserChangeException(
                            UserRefusal.NobodyAdministrates,
                            $"with these rules nobody without a name is an administrator, and this registry asks nobody for one: have it ask for names first")
                        : new UserChangeException(
                            UserRefusal.NoAdministratorAnyMore,
                            $"with these rules you would be no administrator any more: add a rule that makes \"{by.Name}\" one");
                }

                await store.ReplaceRulesAsync(next, CancellationToken.None);
                return next;
            },
            cancellationToken);
        audit.Add(AuditAction.PermissionsChanged, by.Name, address, $"{written.Count} rules", Describe(before, written));
    }

    /// <summary>Whether signed-in users may do everything with one table and not with another.</summary>
    internal static bool Opens(IReadOnlyList<AccessRule> before, IReadOnlyList<AccessRule> after) => EffectOf(before, after) is RuleEffect.Opens;

    private static RuleEffect EffectOf(IReadOnlyList<AccessRule> before, IReadOnlyList<AccessRule> after) => (BoundsSignedIn(before), BoundsSignedIn(after)) switch
    {
        (false, true) => RuleEffect.Bounds,
        (true, false) => RuleEffect.Opens,
        _ => RuleEffect.None,
    };

    private static bool BoundsSignedIn(IReadOnlyList<AccessRule> rules)
    {
        return rules.Any(rule => rule.Role is not Role.Admin)
            && !rules.Any(rule => rule.Kind is SubjectKind.SignedIn or SubjectKind.Anyone && rule.Role >= Role.Maintainer && rule.Pattern == RepositoryPattern.All);
    }

    private static IReadOnlyList<AccessRule> Answered(IReadOnlyList<AccessRule> before, IReadOnlyList<AccessRule> rules, RuleAnswer? answer)
    {
        return (EffectOf(before, rules), answer) switch
        {
            (RuleEffect.None, _) => rules,
            (RuleEffect.Bounds, RuleAnswer.BoundSignedIn) => rules,
            (RuleEffect.Bounds, RuleAnswer.KeepForSignedIn) =>
                [.. rules.Where(rule => (rule.Kind, rule.Pattern) != (SubjectKind.SignedIn, RepositoryPattern.All)), ForSignedIn],
            (RuleEffect.Opens, RuleAnswer.OpenToSignedIn) => rules,
            (RuleEffect.Bounds, _) => throw new UserChangeException(
                UserRefusal.RulesBound,
                $"these are the first rules that bound signed-in users: say whether those keep what they had, or have only what the rules give"),
            _ => throw new UserChangeException(
                UserRefusal.RulesOpen,
                $"with these rules every signed-in user may do everything with every repository: agree to that, or write a rule for signed-in users"),
        };
    }

    private static void RequireSound(IReadOnlyList<AccessRule> rules)
    {
        if (rules.Count > MostRules)
        {
            throw new UserChangeException(UserRefusal.TooManyRules, $"there are more than {MostRules} rules: write patterns for several repositories, as team/**");
        }

        foreach (var rule in rules)
        {
            if (FindProblem(rule) is { } problem)
            {
                throw new UserChangeException(UserRefusal.RuleIsWrong, $"{problem} (the rule for {NameOf(rule)} on {rule.Pattern})");
            }
        }

        if (rules.GroupBy(rule => (rule.Kind, rule.Subject, rule.Pattern)).FirstOrDefault(group => group.Skip(1).Any()) is { } twice)
        {
            throw new UserChangeException(UserRefusal.RuleTwice, $"{NameOf(twice.First())} has two rules on {twice.Key.Pattern}: keep the one with the greater role");
        }
    }

    private static Reason NameOf(AccessRule rule) => rule.Kind switch
    {
        SubjectKind.Anyone => new Reason(UserRefusal.ForAnyone, $"anyone"),
        SubjectKind.SignedIn => new Reason(UserRefusal.ForSignedIn, $"signed-in users"),
        SubjectKind.Group => new Reason(UserRefusal.ForGroup, $"the group \"{rule.Subject}\""),
        _ => new Reason(UserRefusal.ForUser, $"\"{rule.Subject}\""),
    };

    /// <returns>Null when nothing differs.</returns>
    private static Reason? Describe(IReadOnlyList<AccessRule> before, IReadOnlyList<AccessRule> after)
    {
        var changes = after.Except(before).Select(rule => Told("+", rule)).Concat(before.Except(after).Select(rule => Told("-", rule)));
        return ReasonList.WithSemicolons([.. changes.Take(MostTold)]);

        static Reason Told(string sign, AccessRule rule) => new(AuditNote.Rule, $"{sign} {NameOf(rule)} {RoleNotes.Of(rule.Role)} on {rule.Pattern}");
    }
}
