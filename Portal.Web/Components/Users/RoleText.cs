using Portal.Registry.Auth;
using Portal.Storage.Accounts;
using Portal.Web.Words;

namespace Portal.Web.Components.Users;

/// <summary>Roles, rules and actions in words.</summary>
internal static class RoleText
{
    /// <summary>As a column or a choice has it.</summary>
    public static string Of(Role role) => role switch
    {
        Role.Reader => UserWords.RoleReader,
        Role.Writer => UserWords.RoleWriter,
        Role.Maintainer => UserWords.RoleMaintainer,
        _ => UserWords.RoleAdmin,
    };

    /// <summary>What a role allows.</summary>
    public static string Explain(Role role) => role switch
    {
        Role.Reader => UserWords.MeansPull,
        Role.Writer => UserWords.MeansPush,
        Role.Maintainer => UserWords.MeansDelete,
        _ => UserWords.MeansAll,
    };

    /// <summary>A rule that counts for somebody: <c>Writer on team/**</c>.</summary>
    public static string Of(AccessRule rule) => rule.Role is Role.Admin
        ? UserWords.Administrator
        : rule.Pattern == RepositoryPattern.All ? UserWords.RoleOfEverything.With(Of(rule.Role)) : UserWords.RoleOn.With(Of(rule.Role), rule.Pattern);

    /// <summary>Actions, one beside the other.</summary>
    public static string Of(RepositoryActions actions) => string.Join(", ", Named(actions));

    /// <summary>Whom a rule is about.</summary>
    public static string Who(AccessRule rule) => rule.Kind switch
    {
        SubjectKind.Anyone => UserWords.Anyone,
        SubjectKind.SignedIn => UserWords.SignedInUsers,
        SubjectKind.Group => UserWords.GroupNamed.With(rule.Subject),
        _ => rule.Subject,
    };

    /// <summary>Where a user's password is.</summary>
    public static string Of(AccountSource source) => source switch
    {
        AccountSource.Htpasswd => UserWords.SourceFile,
        AccountSource.Configuration => UserWords.SourceConfiguration,
        AccountSource.Portal => UserWords.SourcePortal,
        AccountSource.OpenId => "OpenID Connect",
        _ => UserWords.Robot,
    };

    /// <summary>Why a rule counts that is in no table; null for one that is.</summary>
    public static string? Of(RuleOrigin origin) => origin switch
    {
        RuleOrigin.NoRules => UserWords.NoRuleBounds,
        RuleOrigin.Configuration => UserWords.FromConfiguration,
        _ => null,
    };

    /// <summary><c>docker login HOST -u NAME</c>, as a shell takes it.</summary>
    public static string Login(string registry, string name) => $"docker login {registry} -u {Quote(name)}";

    private static IEnumerable<string> Named(RepositoryActions actions)
    {
        if (actions.HasFlag(RepositoryActions.Pull))
        {
            yield return UserWords.Pull;
        }

        if (actions.HasFlag(RepositoryActions.Push))
        {
            yield return UserWords.Push;
        }

        if (actions.HasFlag(RepositoryActions.Delete))
        {
            yield return UserWords.DeleteAction;
        }
    }

    private static string Quote(string text)
    {
        return text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-' or '@' or '+')
            ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
