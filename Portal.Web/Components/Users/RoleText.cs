using Portal.Registry.Auth;
using Portal.Storage.Accounts;

namespace Portal.Web.Components.Users;

/// <summary>Roles, rules and actions in words.</summary>
internal static class RoleText
{
    /// <summary>As a column or a choice has it.</summary>
    public static string Of(Role role) => role.ToString();

    /// <summary>What a role allows.</summary>
    public static string Explain(Role role) => role switch
    {
        Role.Reader => "pull",
        Role.Writer => "pull and push",
        Role.Maintainer => "pull, push and delete",
        _ => "everything, users too",
    };

    /// <summary>A rule that counts for somebody: <c>Writer on team/**</c>.</summary>
    public static string Of(AccessRule rule) => rule.Role is Role.Admin
        ? "Administrator"
        : rule.Pattern == RepositoryPattern.All ? $"{rule.Role} of everything" : $"{rule.Role} on {rule.Pattern}";

    /// <summary>Whom a rule is about.</summary>
    public static string Who(AccessRule rule) => rule.Kind switch
    {
        SubjectKind.Anyone => "anyone",
        SubjectKind.SignedIn => "signed-in users",
        SubjectKind.Group => $"group {rule.Subject}",
        _ => rule.Subject,
    };

    /// <summary>Where a user's password is.</summary>
    public static string Of(AccountSource source) => source switch
    {
        AccountSource.Htpasswd => "htpasswd file",
        AccountSource.Configuration => "configuration",
        AccountSource.Portal => "the portal's own",
        AccountSource.OpenId => "OpenID Connect",
        _ => "robot",
    };

    /// <summary>Why a rule counts that is in no table; null for one that is.</summary>
    public static string? Of(RuleOrigin origin) => origin switch
    {
        RuleOrigin.NoRules => "no rule bounds signed-in users",
        RuleOrigin.Configuration => "portal.admin of the configuration",
        _ => null,
    };

    /// <summary><c>docker login HOST -u NAME</c>, as a shell takes it.</summary>
    public static string Login(string registry, string name) => $"docker login {registry} -u {Quote(name)}";

    private static string Quote(string text)
    {
        return text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-' or '@' or '+')
            ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
