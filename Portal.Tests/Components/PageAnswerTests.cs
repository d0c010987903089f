using System.Net;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Components;

/// <summary>What a page's first answer says to a browser or program, over a real socket.</summary>
public sealed class PageAnswerTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Theory]
    [InlineData("/nope", "There is no such page")]
    [InlineData("/r/team/none", "There is no repository team/none")]
    [InlineData("/r/team/none/-/tags/x", "There is no such image")]
    [InlineData("/r/UPPER", "There is no such page")]
    public async Task Get_NothingThere_Is404WithAPage(string path, string heading)
    {
        using var client = new HttpClient { BaseAddress = portal.PortalAddress };

        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains(heading, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_RightAfterAPush_ShowsIt()
    {
        await portal.IndexedAsync();
        using var registry = new RegistryClient(portal.RegistryAddress);
        using var client = new HttpClient { BaseAddress = portal.PortalAddress };
        for (var i = 0; i < 20; i++)
        {
            await registry.PushImageAsync($"fresh-{i}", "first");

            var catalog = await client.GetStringAsync(new Uri($"/?q=fresh-{i}", UriKind.Relative));
            var repository = await client.GetStringAsync(new Uri($"/r/fresh-{i}", UriKind.Relative));

            Assert.Contains($"href=\"r/fresh-{i}\"", catalog, StringComparison.Ordinal);
            Assert.Contains("first", repository, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Get_WithThemeCookie_IsInThatThemeFromTheFirstByte()
    {
        using var client = new HttpClient { BaseAddress = portal.PortalAddress };
        client.DefaultRequestHeaders.Add("Cookie", "portal-theme=dark");

        var page = await client.GetStringAsync(new Uri("/", UriKind.Relative));

        Assert.Contains("data-theme=\"dark\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Page_NeedsNoInlineScriptAndNoOtherHost()
    {
        using var client = new HttpClient { BaseAddress = portal.PortalAddress };

        using var answer = await client.GetAsync(new Uri("/", UriKind.Relative));
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.DoesNotMatch("<script(?![^>]*src=)", page);
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", page);
    }
}
