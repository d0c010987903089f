using Portal.Storage.Accounts;
using Portal.Storage.Reasons;

namespace Portal.Registry.Auth;

/// <summary>Names of roles in lines of the audit trail.</summary>
internal static class RoleNotes
{
    public static Reason Of(Role role) => role switch
    {
        Role.Reader => new Reason(AuditNote.Reader, $"reader"),
        Role.Writer => new Reason(AuditNote.Writer, $"writer"),
        Role.Maintainer => new Reason(AuditNote.Maintainer, $"maintainer"),
        _ => new Reason(AuditNote.Admin, $"admin"),
    };
}
