using System.Text.RegularExpressions;
using Portal.Registry.Configuration;

namespace Portal.Registry.Reporting;

/// <summary>
/// Takes secrets out of texts before they leave for a service: passwords in addresses, credentials of headers, values of
/// names that sound like a secret. It rather masks too much.
/// </summary>
internal static partial class ReportText
{
    private const int Longest = 4000;

    /// <summary>A text without secrets, cut to what both services take.</summary>
    /// <param name="keys">What is masked wherever it stands.</param>
    public static string Clean(string text, IReadOnlyList<Secret> keys)
    {
        foreach (var key in keys)
        {
            text = text.Replace(key.Value, Secret.Mask, StringComparison.Ordinal);
        }

        text = Password().Replace(text, Secret.Mask);
        text = Credentials().Replace(text, "${scheme} " + Secret.Mask);
        text = Named().Replace(text, "${name}" + Secret.Mask);
        return text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest), "…");
    }

    /// <summary>An address of a request without its query, where tokens and upload states are.</summary>
    public static string WithoutQuery(string address) => address.Split('?', 2)[0];

    [GeneratedRegex(@"(?<=://[^\s:@/]*:)\S+(?=@)")]
    private static partial Regex Password();

    [GeneratedRegex(@"\b(?<scheme>Basic|Bearer|Digest)\s+[A-Za-z0-9+/=._~-]{6,}", RegexOptions.IgnoreCase)]
    private static partial Regex Credentials();

    [GeneratedRegex("""(?<name>\b[\w-]*(?:password|passwd|secret|token|api-?key|license-?key|authorization|signature|cookie)["']?\s*[=:]\s*["']?)(?!Basic |Bearer |Digest )[^\s"'&,;}]+""", RegexOptions.IgnoreCase)]
    private static partial Regex Named();
}
