namespace Portal.Registry.Configuration;

/// <summary>The <c>auth</c> section; null stands for none, where everyone may do everything.</summary>
/// <param name="Realm">What the challenge calls the place that asks; people see it in a browser's dialog.</param>
/// <param name="Path">The file of names and bcrypt hashes.</param>
public sealed record HtpasswdConfiguration(string Realm, string Path)
{
    internal static HtpasswdConfiguration? Read(SectionReader auth)
    {
        // An access controller that is asked for and not there must never leave an open registry.
        var named = auth.Written(ChoiceSections.AccessControllers).Where(controller => controller.Key != "none").ToList();
        foreach (var (key, _) in named.Where(controller => controller.Key != "htpasswd"))
        {
            auth.Skip(key);
            auth.Error(key, $"this version does not support auth.{key} yet; remove it");
        }

        auth.Skip("none");
        if (!named.Exists(controller => controller.Key == "htpasswd"))
        {
            return null;
        }

        var htpasswd = auth.Section("htpasswd");
        return new HtpasswdConfiguration(Required(htpasswd, "realm", "Registry"), Required(htpasswd, "path", "/auth/htpasswd"));
    }

    private static string Required(SectionReader htpasswd, string key, string example)
    {
        if (htpasswd.Text(key) is { } text)
        {
            if (text.Any(char.IsControl) || (key == "realm" && text.Any(character => character is '"' or '\\' or > '~')))
            {
                htpasswd.Error(key, "holds a character that a header cannot carry; write plain ASCII without quotes");
            }

            return text;
        }

        htpasswd.Error(key, $"is missing; write for example \"{key}: {example}\"");
        return string.Empty;
    }
}
