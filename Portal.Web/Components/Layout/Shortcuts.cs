using Portal.Web.Words;

namespace Portal.Web.Components.Layout;

/// <summary>Keys that do something, for the dialog that lists them. Whoever adds a shortcut adds its line here.</summary>
/// <param name="Keys">Pressed together; each is shown as a key.</param>
/// <param name="What">What they do, in an imperative.</param>
public sealed record Shortcut(IReadOnlyList<string> Keys, string What)
{
    /// <summary>By where they work, in the order in which they are shown.</summary>
    public static IReadOnlyList<(string Where, IReadOnlyList<Shortcut> Shortcuts)> All =>
    [
        (LayoutWords.Anywhere,
        [
            new([LayoutWords.KeyControl, "K"], LayoutWords.ShortcutSearch),
            new(["/"], LayoutWords.ShortcutField),
            new(["?"], LayoutWords.ShortcutList),
            new([LayoutWords.EscapeKey], LayoutWords.ShortcutClose),
        ]),
        (LayoutWords.InSearchBox,
        [
            new(["↓"], LayoutWords.ShortcutNext),
            new(["↑"], LayoutWords.ShortcutBefore),
            new([LayoutWords.KeyEnter], LayoutWords.ShortcutOpen),
        ]),
    ];
}
