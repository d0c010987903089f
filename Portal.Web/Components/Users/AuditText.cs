using Portal.Storage.Accounts;

namespace Portal.Web.Components.Users;

/// <summary>The audit trail's actions in words that follow a name.</summary>
internal static class AuditText
{
    public static string Of(AuditAction action) => action switch
    {
        AuditAction.SignedIn => "signed in",
        AuditAction.SignInFailed => "failed to sign in",
        AuditAction.SignedOut => "signed out",
        AuditAction.UserAdded => "added a user",
        AuditAction.UserDeleted => "deleted a user",
        AuditAction.UserDisabled => "disabled a user",
        AuditAction.UserEnabled => "enabled a user",
        AuditAction.PasswordChanged => "changed a password",
        AuditAction.PermissionsChanged => "changed permissions",
        AuditAction.TokenCreated => "made a token",
        AuditAction.TokenRevoked => "revoked a token",
        AuditAction.TokenUsed => "used a token",
        AuditAction.TagDeleted => "deleted a tag",
        AuditAction.ManifestDeleted => "deleted a manifest",
        AuditAction.BlobDeleted => "deleted a blob",
        AuditAction.ConfigurationChanged => "saved the configuration",
        AuditAction.GarbageCollected => "collected garbage",
        AuditAction.SessionsEnded => "ended sessions",
        AuditAction.DescriptionChanged => "changed a description",
        _ => action.ToString(),
    };
}
