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

    // So that a text without end costs no time. What is cut in half here is behind the end of what is sent.
    private const int LongestSearched = 4 * Longest;

    /// <summary>A text without secrets, cut to what both services take.</summary>
    /// <param name="keys">What is masked wherever it stands.</param>
    public static string Clean(string text, IReadOnlyList<Secret> keys)
    {
        text = text.Length <= LongestSearched ? text : text[..LongestSearched];
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

    [GeneratedRegex(@"(?<=://[^\s:@/]{0,200}:)\S+(?=@)")]
    private static partial Regex Password();

    [GeneratedRegex(@"\b(?<scheme>Basic|Bearer)\s+[A-Za-z0-9+/=._~-]{6,}", RegexOptions.IgnoreCase)]
    private static partial Regex Credentials();

    [GeneratedRegex("""(?<name>\b[\w-]{0,40}(?:password|passwd|secret(?:-?(?:access-?)?key)?|token|(?:api|access|account|license)-?key|authorization|signature|cookie)["']?\s*[=:]\s*["']?)(?!Basic |Bearer )[^\s"'&,;}]+""", RegexOptions.IgnoreCase)]
    private static partial Regex Named();
}
