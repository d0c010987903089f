using System.Net;
using Microsoft.Playwright;
using Portal.Registry.Auth;
using Portal.Web.SignIn;
using Cookie = Microsoft.Playwright.Cookie;

namespace Portal.Tests.Fixtures;

/// <summary>Debian's Chromium under Playwright, and the application for it to look at.</summary>
public class ChromiumFixture : PortalFixture, IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await PrepareAsync();
        await InitializeAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    /// <summary>A new page in a context of its own, which records what the console and the network complain of.</summary>
    /// <param name="elsewhere">Another portal than the fixture's own; nobody can be signed in there.</param>
    public async Task<(IPage Page, List<string> Complaints)> OpenAsync(
        string path, int width = 1440, bool isDark = false, bool javaScript = true, string? signedInAs = null, string locale = "en-US", Uri? elsewhere = null)
    {
        var address = elsewhere ?? PortalAddress;
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            JavaScriptEnabled = javaScript,
            Locale = locale,
            IgnoreHTTPSErrors = address.Scheme == "https",
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
        });
        if (signedInAs is not null)
        {
            var secret = await Get<Sessions>().StartAsync(signedInAs, IPAddress.Loopback, "a test", null, null, CancellationToken.None);
            await context.AddCookiesAsync([new Cookie { Name = SessionCookie.Name, Value = secret, Url = PortalAddress.ToString() }]);
        }

        var page = await context.NewPageAsync();
        var complaints = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                complaints.Add(message.Text);
            }
        };
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: not "data" } url && url.Authority != address.Authority)
            {
                complaints.Add($"a request to another host: {request.Url}");
            }
        };
        await page.GotoAsync(path);
        return (page, complaints);
    }

    /// <summary>The same, once the page is live: until then a click does nothing.</summary>
    public async Task<(IPage Page, List<string> Complaints)> OpenLiveAsync(string path, string? signedInAs = null, Uri? elsewhere = null)
    {
        var opened = await OpenAsync(path, signedInAs: signedInAs, elsewhere: elsewhere);
        await Assertions.Expect(opened.Page.Locator("main[data-live]")).ToHaveCountAsync(1);
        return opened;
    }

    /// <summary>Starts what the application needs around it.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Ends what was prepared.</summary>
    protected virtual Task CleanUpAsync() => Task.CompletedTask;

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
        await DisposeAsync();
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }
}
