using System.Net;
using Microsoft.Playwright;
using Portal.Registry.Auth;
using Portal.Web.SignIn;
using Cookie = Microsoft.Playwright.Cookie;

namespace Portal.Tests.Fixtures;

/// <summary>The application for a browser to look at.</summary>
public class ChromiumFixture : PortalFixture, IAsyncLifetime
{
    private readonly List<(string? Test, IBrowserContext Context)> _opened = [];

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await PrepareAsync();
        await InitializeAsync();
    }

    /// <summary>A new page in a context of its own, which records what the console and the network complain of.</summary>
    /// <param name="elsewhere">Another portal than the fixture's own; nobody can be signed in there.</param>
    public async Task<(IPage Page, List<string> Complaints)> OpenAsync(
        string path, int width = 1440, bool isDark = false, bool javaScript = true, string? signedInAs = null, string locale = "en-US", Uri? elsewhere = null)
    {
        var address = elsewhere ?? PortalAddress;
        await CloseAsync(opened => opened.Test != TestContext.Current.Test?.UniqueID);
        var context = await SharedChromium.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            JavaScriptEnabled = javaScript,
            Locale = locale,
            IgnoreHTTPSErrors = address.Scheme == "https",
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
        });
        _opened.Add((TestContext.Current.Test?.UniqueID, context));
        context.SetDefaultTimeout((float)Patience.Deadline.TotalMilliseconds);
        await context.AddInitScriptAsync(LivePage.Watch);
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
    public async Task<(IPage Page, List<string> Complaints)> OpenLiveAsync(
        string path, int width = 1440, bool isDark = false, string? signedInAs = null, Uri? elsewhere = null)
    {
        var opened = await OpenAsync(path, width, isDark, signedInAs: signedInAs, elsewhere: elsewhere);
        await opened.Page.LiveAsync();
        return opened;
    }

    /// <summary>Starts what the application needs around it.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Ends what was prepared.</summary>
    protected virtual Task CleanUpAsync() => Task.CompletedTask;

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await CloseAsync(_ => true);
        await DisposeAsync();
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes what tests left open: its pages would go on asking the application.</summary>
    private async Task CloseAsync(Predicate<(string? Test, IBrowserContext Context)> which)
    {
        foreach (var (_, context) in _opened.FindAll(which))
        {
            await context.CloseAsync();
        }

        _opened.RemoveAll(which);
    }
}
