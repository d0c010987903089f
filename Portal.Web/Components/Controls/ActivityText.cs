using Portal.Storage.History;
using Portal.Storage.Oci;
using Portal.Web.Components.Users;

namespace Portal.Web.Components.Controls;

/// <summary>The activity in words.</summary>
internal static class ActivityText
{
    public static string Of(ActivityKind kind) => kind switch
    {
        ActivityKind.Push => "Push",
        ActivityKind.Pull => "Pull",
        ActivityKind.Mount => "Mount",
        ActivityKind.Delete => "Delete",
        ActivityKind.GarbageCollection => "Garbage collection",
        ActivityKind.ConfigurationChange => "Configuration",
        ActivityKind.UploadPurge => "Upload purge",
        ActivityKind.Lost => "Not recorded",
        _ => kind.ToString(),
    };

    /// <summary>What happened, with the kind of thing it happened to.</summary>
    public static string Of(ActivityEntry row) => row.Kind is ActivityKind.Delete
        ? row.Digest is null ? "Delete of a tag" : row.MediaType is MediaTypes.OctetStream ? "Delete of a blob" : "Delete of a manifest"
        : Of(row.Kind);

    /// <summary>The client in a word or two; null when it did not say.</summary>
    /// <remarks>Browsers hide behind one another's names; others begin with their own, and go on with their libraries'.</remarks>
    public static string? Client(string? userAgent) => string.IsNullOrWhiteSpace(userAgent)
        ? null
        : userAgent.StartsWith("Mozilla/", StringComparison.Ordinal) ? BrowserName.Of(userAgent) : BrowserName.Of(userAgent.Split(' ')[0]);
}
