namespace Portal.Web.Components;

/// <summary>How a visitor wants the pages to look.</summary>
public enum Theme
{
    /// <summary>As the operating system is set.</summary>
    System,
    Light,
    Dark,
}

public static class Themes
{
    /// <summary>The theme a cookie names; anything unknown follows the system.</summary>
    public static Theme Parse(string? text)
    {
        return text switch
        {
            "light" => Theme.Light,
            "dark" => Theme.Dark,
            _ => Theme.System,
        };
    }

    /// <summary>The value of <c>data-theme</c>; null leaves the attribute out.</summary>
    public static string? AttributeValue(this Theme theme)
    {
        return theme switch
        {
            Theme.Light => "light",
            Theme.Dark => "dark",
            _ => null,
        };
    }
}
