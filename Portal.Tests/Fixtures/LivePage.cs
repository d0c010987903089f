using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Fixtures;

/// <summary>When a page takes what a person does: some of that is ready a moment after it can be seen.</summary>
internal static class LivePage
{
    /// <summary>Kept in each document, since a heading that was given the focus need not keep it.</summary>
    public const string Watch = "addEventListener('focusin', event => window.isBegun ||= event.target.matches('h1'));";

    /// <summary>Waits until a page that was loaded is live, and its heading was given the focus, as is done when nothing else in it has.</summary>
    public static async Task LiveAsync(this IPage page)
    {
        await Expect(page.Locator("main[data-live]")).ToHaveCountAsync(1);
        await page.WaitForFunctionAsync("() => window.isBegun || document.querySelector('main :focus')", null, new() { PollingInterval = 20 });
    }

    /// <summary>Keeps pages that are opened from now on as they are sent, until what is returned is completed.</summary>
    public static async Task<TaskCompletionSource> HoldAsync(this IPage page)
    {
        var live = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteAsync("**/_blazor/negotiate**", async route =>
        {
            await live.Task;
            await route.ContinueAsync();
        });
        return live;
    }

    /// <summary>
    /// Waits for another page within the live one, after a link to it was followed: the address changes before the page is
    /// there, and the heading is given the focus last.
    /// </summary>
    public static Task ArrivedAsync(this IPage page, string heading) =>
        Expect(page.GetByRole(AriaRole.Heading, new() { Name = heading, Level = 1 })).ToBeFocusedAsync();

    /// <summary>
    /// Waits until the page is at an address, asked of the page itself: <c>WaitForURLAsync</c> misses a change without a load
    /// that comes between its own look at the address and its waiting, and then waits for ever.
    /// </summary>
    /// <param name="address"><c>**</c> stands for anything.</param>
    public static Task AtAsync(this IPage page, string address) =>
        Expect(page).ToHaveURLAsync(new Regex($"^{string.Join(".*", address.Split("**").Select(Regex.Escape))}$"));

    /// <summary>Waits for a dialog until it has the focus, which comes a moment after it is seen and would be taken from a field in it.</summary>
    /// <param name="number">From 1: of dialogs that lie one on the other.</param>
    public static async Task<ILocator> DialogAsync(this IPage page, int number = 1)
    {
        var dialog = page.GetByRole(AriaRole.Dialog).Nth(number - 1);
        await Expect(dialog.Locator(":focus")).ToHaveCountAsync(1);
        return dialog;
    }
}
