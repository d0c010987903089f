using Portal.Storage.Accounts;
using Portal.Web.Words;

namespace Portal.Web.Components.Users;

/// <summary>The audit trail's actions in words that follow a name.</summary>
internal static class AuditText
{
    /// <summary>What it was done to: names, and of rules how many there are.</summary>
    public static string TargetOf(AuditEntry entry) =>
        entry.Action is AuditAction.PermissionsChanged && entry.Target.EndsWith(" rules", StringComparison.Ordinal) && int.TryParse(entry.Target[..^6], out var count)
            ? AuditWords.RuleCount.With(count)
            : entry.Target;

    public static string Of(AuditAction action) => action switch
    {
        AuditAction.SignedIn => AuditWords.SignedIn,
        AuditAction.SignInFailed => AuditWords.SignInFailed,
        AuditAction.SignedOut => AuditWords.SignedOut,
        AuditAction.UserAdded => AuditWords.UserAdded,
        AuditAction.UserDeleted => AuditWords.UserDeleted,
        AuditAction.UserDisabled => AuditWords.UserDisabled,
        AuditAction.UserEnabled => AuditWords.UserEnabled,
        AuditAction.PasswordChanged => AuditWords.PasswordChanged,
        AuditAction.PermissionsChanged => AuditWords.PermissionsChanged,
        AuditAction.TokenCreated => AuditWords.TokenCreated,
        AuditAction.TokenRevoked => AuditWords.TokenRevoked,
        AuditAction.TokenUsed => AuditWords.TokenUsed,
        AuditAction.TagDeleted => AuditWords.TagDeleted,
        AuditAction.ManifestDeleted => AuditWords.ManifestDeleted,
        AuditAction.BlobDeleted => AuditWords.BlobDeleted,
        AuditAction.ConfigurationChanged => AuditWords.ConfigurationChanged,
        AuditAction.GarbageCollected => AuditWords.GarbageCollected,
        AuditAction.SessionsEnded => AuditWords.SessionsEnded,
        AuditAction.DescriptionChanged => AuditWords.DescriptionChanged,
        _ => action.ToString(),
    };
}
