using Portal.Storage.History;
using Portal.Storage.Oci;
using Portal.Web.Components.Users;
using Portal.Web.Words;

namespace Portal.Web.Components.Controls;

/// <summary>The activity in words.</summary>
internal static class ActivityText
{
    public static string Of(ActivityKind kind) => kind switch
    {
        ActivityKind.Push => ActivityWords.KindPush,
        ActivityKind.Pull => ActivityWords.KindPull,
        ActivityKind.Mount => ActivityWords.KindMount,
        ActivityKind.Delete => ActivityWords.KindDelete,
        ActivityKind.GarbageCollection => ActivityWords.KindGarbageCollection,
        ActivityKind.ConfigurationChange => ActivityWords.KindConfiguration,
        ActivityKind.UploadPurge => ActivityWords.KindUploadPurge,
        ActivityKind.Lost => ActivityWords.KindLost,
        _ => kind.ToString(),
    };

    /// <summary>What happened, with the kind of thing it happened to.</summary>
    public static string Of(ActivityEntry row) => row.Kind is ActivityKind.Delete
        ? row.Digest is null ? ActivityWords.OfTag : row.MediaType is MediaTypes.OctetStream ? ActivityWords.OfBlob : ActivityWords.OfManifest
        : Of(row.Kind);

    /// <summary>The client in a word or two; null when it did not say.</summary>
    /// <remarks>Browsers hide behind one another's names; others begin with their own, and go on with their libraries'.</remarks>
    public static string? Client(string? userAgent) => string.IsNullOrWhiteSpace(userAgent)
        ? null
        : userAgent.StartsWith("Mozilla/", StringComparison.Ordinal) ? BrowserName.Of(userAgent) : BrowserName.Of(userAgent.Split(' ')[0]);
}
