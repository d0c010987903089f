namespace Portal.Web.Components.Layout;

/// <summary>Keys that do something, for the dialog that lists them. Whoever adds a shortcut adds its line here.</summary>
/// <param name="Keys">Pressed together; each is shown as a key.</param>
/// <param name="What">What they do, in an imperative.</param>
public sealed record Shortcut(IReadOnlyList<string> Keys, string What)
{
    /// <summary>By where they work, in the order in which they are shown.</summary>
    public static IReadOnlyList<(string Where, IReadOnlyList<Shortcut> Shortcuts)> All { get; } =
    [
        ("Anywhere",
        [
            new(["Ctrl", "K"], "Search everything and open what is found (⌘ K on a Mac)"),
            new(["/"], "Go to the page's search field"),
            new(["?"], "Show this list"),
            new(["Esc"], "Close what is open"),
        ]),
        ("In the search box",
        [
            new(["↓"], "Go to the next result"),
            new(["↑"], "Go to the result before"),
            new(["Enter"], "Open the result"),
        ]),
    ];
}
