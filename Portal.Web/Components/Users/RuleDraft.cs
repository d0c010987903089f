using Portal.Registry.Auth;
using Portal.Storage.Accounts;
using Portal.Storage.Reasons;

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
    public Reason? FindProblem() => RepositoryPattern.FindProblem(Pattern.Trim()) ?? PermissionTable.FindProblem(ToRule());

    /// <exception cref="FormatException">The pattern is none.</exception>
    public AccessRule ToRule() => new(Kind, HasSubject ? Subject.Trim() : "", Role, RepositoryPattern.Parse(Pattern.Trim()));
}
