namespace Portal.Registry.Configuration;

/// <summary>A password, key or token: whatever prints it, prints <c>***</c>.</summary>
/// <param name="Value">What it is, for where it is used.</param>
public sealed record Secret(string Value)
{
    /// <summary>What stands in its place wherever it is shown.</summary>
    public const string Mask = "***";

    /// <summary>A text in which the password of an address (<c>https://name:password@host</c>) is masked; others as they are.</summary>
    public static string MaskAddress(string text)
    {
        var authority = text.IndexOf("://", StringComparison.Ordinal) + 3;
        if (authority < 3)
        {
            return text;
        }

        var path = text.IndexOfAny(['/', '?', '#'], authority);
        var at = text.LastIndexOf('@', path < 0 ? text.Length - 1 : path);
        var colon = text.IndexOf(':', authority);
        return colon >= 0 && colon < at ? $"{text[..(colon + 1)]}{Mask}{text[at..]}" : text;
    }

    /// <inheritdoc/>
    public override string ToString() => Mask;
}
