using Portal.Web.Words;

namespace Portal.Web.Components.Users;

/// <summary>What people call a browser and its system, read out of what it calls itself.</summary>
public static class BrowserName
{
    // In this order: most say that they are others, too.
    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Chromium/", "Chromium"), ("Safari/", "Safari")];

    private static readonly (string Mark, string Name)[] Systems =
        [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    /// <param name="userAgent">The header of that name, whatever stands in it; null when there was none.</param>
    /// <returns>For example <c>Firefox on Linux</c>; at most 40 characters of the header when it is none of those.</returns>
    public static string Of(string? userAgent)
    {
        if (string.IsNullOrWhiteSpace(userAgent))
        {
            return UserWords.UnknownBrowser;
        }

        var browser = Find(Browsers, userAgent);
        var system = Find(Systems, userAgent);
        return (browser, system) switch
        {
            (null, _) => userAgent.Length <= 40 ? userAgent : userAgent[..40] + "…",
            (_, null) => browser,
            _ => UserWords.BrowserOn.With(browser, system),
        };
    }

    private static string? Find((string Mark, string Name)[] names, string text) =>
        names.FirstOrDefault(name => text.Contains(name.Mark, StringComparison.Ordinal)).Name;
}
