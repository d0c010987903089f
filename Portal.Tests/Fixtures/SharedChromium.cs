using Microsoft.Playwright;
using Portal.Tests.Fixtures;

[assembly: AssemblyFixture(typeof(SharedChromium))]

namespace Portal.Tests.Fixtures;

/// <summary>
/// Debian's Chromium under Playwright, one for the whole run: the first page starts it, the end of the run ends it. What a test
/// sees of it is a context of its own, with cookies and storage that no other test has.
/// </summary>
public sealed class SharedChromium : IAsyncDisposable
{
    /// <summary>
    /// What Playwright turns off (only the last switch of this kind counts), and the parts of the window round the page that are
    /// pages themselves: each context has a window, which started a process for them that nobody looked at.
    /// </summary>
    private const string FeaturesOff = "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,DialMediaRouteProvider,GlobalMediaControls,"
        + "HttpsUpgrades,LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,BlockOriginHeaderModificationOnRedirect,"
        + "AvoidCorsURLLoaderRestartOnRedirect,Translate,AutoDeElevate,OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,"
        + "InitialWebUI,WebUIReloadButton,WebUIToolbar,WebUIOmniboxPopup,WebUIOmniboxFullPopup,WebUIOmniboxAimPopup,PreloadTopChromeWebUI";

    private static readonly SemaphoreSlim Starting = new(1, 1);
    private static IPlaywright? Driver;
    private static IBrowser? Browser;

    /// <summary>A new context. Whoever asks closes it.</summary>
    public static async Task<IBrowserContext> NewContextAsync(BrowserNewContextOptions options)
    {
        var browser = await StartAsync();
        return await browser.NewContextAsync(options);
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
        {
            await Browser.CloseAsync();
        }

        Driver?.Dispose();
    }

    private static async Task<IBrowser> StartAsync()
    {
        await Starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            Driver ??= await Playwright.CreateAsync();

            // One that crashed has failed its test; the others get a new one.
            return Browser is { IsConnected: true } ? Browser : Browser = await Driver.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = "/usr/bin/chromium",
                Args =
                [
                    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                    "--disable-sync", $"--disable-features={FeaturesOff}",
                ],
            });
        }
        finally
        {
            Starting.Release();
        }
    }
}
