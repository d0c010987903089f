using Portal.Registry.Auth;
using Portal.Storage.Accounts;

namespace Portal.Web.Components.Users;

/// <summary>A rule while it is edited; its pattern may not be one yet.</summary>
internal sealed class RuleDraft
{
    /// <summary>Tells rows apart while they come and go.</summary>
    public Guid Id { get; } = Guid.NewGuid();

    public SubjectKind Kind { get; set; } = SubjectKind.User;

    public string Subject { get; set; } = "";

    public Role Role { get; set; } = Role.Reader;

    public string Pattern { get; set; } = "";

    public bool HasSubject => Kind is SubjectKind.User or SubjectKind.Group;

    public static RuleDraft Of(AccessRule rule) => new()
    {
        Kind = rule.Kind,
        Subject = rule.Subject,
        Role = rule.Role,
        Pattern = rule.Pattern.Text,
    };

    /// <summary>What is wrong; null when it is a rule.</summary>
    public string? FindProblem()
    {
        return RepositoryPattern.TryParse(Pattern.Trim(), out var pattern, out var problem) ? PermissionTable.FindProblem(ToRule(pattern)) : problem;
    }

    /// <exception cref="FormatException">The pattern is none.</exception>
    public AccessRule ToRule() => ToRule(RepositoryPattern.Parse(Pattern.Trim()));

    private AccessRule ToRule(RepositoryPattern pattern) => new(Kind, HasSubject ? Subject.Trim() : "", Role, pattern);
}
