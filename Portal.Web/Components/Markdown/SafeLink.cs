namespace Portal.Web.Components.Markdown;

/// <summary>Addresses out of untrusted text: which of them a page may make a link of.</summary>
internal static class SafeLink
{
    /// <summary>What a link to somebody else's page says to browser and search engines.</summary>
    public const string Relation = "noopener noreferrer nofollow";

    private const int Longest = 2000;

    /// <summary>The address when it is absolute and of the web or of mail; null for anything else: scripts, data, files, relative ones.</summary>
    public static string? Of(string? text) => Of(text, mail: true);

    /// <summary>The same, of the web alone.</summary>
    public static string? OfWeb(string? text) => Of(text, mail: false);

    private static string? Of(string? text, bool mail)
    {
        return text is { Length: > 0 and <= Longest } && Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri)
            && (uri.Scheme is "http" or "https" ? uri.Host.Length > 0 : mail && uri.Scheme is "mailto")
            ? uri.AbsoluteUri
            : null;
    }
}
