using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Portal.Tests.Fixtures;
using Portal.Web.Api;
using Portal.Web.Components.Pages;

namespace Portal.Tests.Components;

/// <summary>The page about the API, made of the running portal's own operations.</summary>
public sealed class ApiPageTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task Page_ShowsEveryOperation_WithParametersSchemasAndACommand()
    {
        var routes = portal.Get<ApiRoutes>();
        await using var site = await AdministrationPages.CreateAsync(configure: services => services.AddSingleton(routes));

        var page = site.Render<ApiPage>();

        Assert.Equal(routes.Operations.Select(operation => operation.Id), page.FindAll("details.api-operation").Select(details => details.Id));
        Assert.Equal("api/v1/openapi.json", page.Find(".heading a").GetAttribute("href"));
        var delete = page.Find("#deleteTags");
        Assert.Contains("curl --user 'ada:TOKEN' --request POST", delete.TextContent, StringComparison.Ordinal);
        Assert.Contains("http://localhost/api/v1/repositories/team/app/-/tags/delete", delete.TextContent, StringComparison.Ordinal);
        Assert.Equal(["api#TagNames", "api#DeletedTags"], delete.QuerySelectorAll("dd a").Select(link => link.GetAttribute("href")));
        Assert.All(
            page.FindAll("a[href^='api#']"), link => Assert.NotNull(page.Find($"[id='{link.GetAttribute("href")!["api#".Length..]}']")));
        Assert.Contains("administrators", page.Find("#listUsers summary").TextContent, StringComparison.Ordinal);
    }
}
