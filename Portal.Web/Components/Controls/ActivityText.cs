using System.Globalization;
using System.Text.RegularExpressions;
using Portal.Storage.History;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;
using Portal.Web.Components.Users;
using Portal.Web.Words;

namespace Portal.Web.Components.Controls;

/// <summary>The activity in words.</summary>
public static partial class ActivityText
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

    /// <summary>What came of it; how much, as people read sizes.</summary>
    public static string Of(Reason detail, ActivityKind kind) => kind is ActivityKind.GarbageCollection or ActivityKind.UploadPurge
        ? CountOfBytes().Replace(ReasonText.Of(detail), count => ByteSize.Format(long.Parse(count.Groups[1].ValueSpan, CultureInfo.InvariantCulture)))
        : ReasonText.Of(detail);

    /// <summary>The language of that, where it is not the page's; names of keys have none.</summary>
    public static string? LanguageOf(Reason detail, ActivityKind kind) =>
        kind is not ActivityKind.ConfigurationChange && ReasonText.IsForeign(detail) ? Language.English.Code : null;

    /// <summary>The client in a word or two; null when it did not say.</summary>
    /// <remarks>Browsers hide behind one another's names; others begin with their own, and go on with their libraries'.</remarks>
    public static string? Client(string? userAgent) => string.IsNullOrWhiteSpace(userAgent)
        ? null
        : userAgent.StartsWith("Mozilla/", StringComparison.Ordinal) ? BrowserName.Of(userAgent) : BrowserName.Of(userAgent.Split(' ')[0]);

    // What is written down counts bytes, for programs.
    [GeneratedRegex(@"\b(\d{1,18}) bytes\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CountOfBytes();
}
