using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Portal.Tests.Fixtures;

/// <summary>
/// axe, which looks for what keeps people out of a page. It is put into a document once and asked there: the package that wraps
/// it sends its half a mebibyte again and opens a second page for each question.
/// </summary>
internal static class Axe
{
    // What fades in has no contrast yet.
    private const string EndOfAnimations =
        "Promise.allSettled(document.getAnimations().filter(a => a.effect.getTiming().iterations < 9).map(a => a.finished))";

    private const string Ask = """
        async rules => {
            const options = { resultTypes: ['violations'], ...(rules ? { runOnly: rules } : {}) };
            const { violations } = await axe.run(document, options);
            return violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.html).join('; ')}`);
        }
        """;

    /// <summary>The rules whose answer another theme may change, or another width of the window in the same theme.</summary>
    public static readonly string[] RulesOfLooks = ["color-contrast", "link-in-text-block", "scrollable-region-focusable"];

    private static readonly Lazy<string> Script = new(() => new BundledAxeScriptProvider().GetScript());

    /// <summary>Asks all rules, or some of them.</summary>
    /// <returns>What is wrong, for a person: the rule and the elements.</returns>
    public static async Task<string[]> FindViolationsAsync(this IPage page, string[]? rules = null)
    {
        if (!await page.EvaluateAsync<bool>("'axe' in window"))
        {
            await page.EvaluateAsync(Script.Value);
        }

        await page.EvaluateAsync(EndOfAnimations);
        return await page.EvaluateAsync<string[]>(Ask, rules);
    }

    /// <summary>
    /// Holds a page to having no violation and not scrolling sideways, in both themes, wide and narrow. Every rule is asked once
    /// at each width and in each theme; in the two pairs that are left, only what depends on both.
    /// </summary>
    /// <param name="what">Is told of a page that fails.</param>
    public static async Task RequireNoViolationAsync(this IPage page, string what)
    {
        foreach (var (width, theme, rules) in new[]
        {
            (1440, ColorScheme.Light, null), (1440, ColorScheme.Dark, RulesOfLooks), (390, ColorScheme.Dark, null), (390, ColorScheme.Light, RulesOfLooks),
        })
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.EmulateMediaAsync(new() { ColorScheme = theme });
            var where = $"{what} at {width} px, {theme}";
            Assert.Equal([], (await page.FindViolationsAsync(rules)).Select(violation => $"{where}: {violation}"));
            Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > window.innerWidth"), $"{where} scrolls sideways");
        }
    }
}
