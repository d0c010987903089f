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
        await InitializeAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    /// <summary>A new page in a context of its own, which records what the console and the network complain of.</summary>
    public async Task<(IPage Page, List<string> Complaints)> OpenAsync(
        string path, int width = 1440, bool isDark = false, bool javaScript = true, string? signedInAs = null, string locale = "en-US")
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = PortalAddress.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            JavaScriptEnabled = javaScript,
            Locale = locale,
            IgnoreHTTPSErrors = PortalAddress.Scheme == "https",
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
            if (new Uri(request.Url) is { Scheme: not "data" } url && url.Authority != PortalAddress.Authority)
            {
                complaints.Add($"a request to another host: {request.Url}");
            }
        };
        await page.GotoAsync(path);
        return (page, complaints);
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
        await DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
