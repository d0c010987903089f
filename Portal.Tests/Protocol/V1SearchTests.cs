using System.Net;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>What <c>docker search HOST/TERM</c> asks.</summary>
public sealed class V1SearchTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private RegistryClient Client => portal.Client;

    [Fact]
    public async Task Ping_SaysThatARegistryStandsAlone()
    {
        using var answer = await Client.GetAsync("/v1/_ping");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("true", await answer.Content.ReadAsStringAsync());
        Assert.Equal("true", answer.Headers.GetValues("X-Docker-Registry-Standalone").Single());
        Assert.NotEqual(string.Empty, answer.Headers.GetValues("X-Docker-Registry-Version").Single());
    }

    [Fact]
    public async Task Search_AnswersInDockerHubsForm()
    {
        await Client.PushImageAsync("form/app", "1");

        using var answer = await Client.GetAsync("/v1/search?q=form%2Fapp&n=10");

        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(
            """
            {"query":"form/app","num_results":1,"num_pages":1,"page":1,"page_size":10,"results":[
            {"name":"form/app","description":"","star_count":0,"is_official":false,"is_automated":false}]}
            """.ReplaceLineEndings(string.Empty),
            await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Search_FindsPartsOfNamesWithoutCaseAndPages()
    {
        foreach (var name in new[] { "find/b-web", "find/a_web", "find/web", "find/other" })
        {
            await Client.PushImageAsync(name, "1");
        }

        Assert.Equal(["find/a_web", "find/b-web", "find/web"], await NamesAsync("?q=WEB"));
        Assert.Equal(["find/a_web", "find/b-web"], await NamesAsync("?q=web&n=2"));
        Assert.Equal(["find/web"], await NamesAsync("?q=web&n=2&page=2"));
        Assert.Equal(["find/a_web"], await NamesAsync("?q=a_web"));
        Assert.Empty(await NamesAsync("?q=web&n=2&page=3"));
        Assert.Empty(await NamesAsync("?q=web&n=100&page=2147483647"));
        Assert.Empty(await NamesAsync("?q=%25"));
        Assert.Contains("find/other", await NamesAsync(string.Empty));
    }

    [Fact]
    public async Task Search_ForMoreThanAPageMayHold_GivesTheLargestPage()
    {
        using var answer = await Client.GetAsync("/v1/search?q=none&n=5000");
        using var json = await RegistryClient.ReadJsonAsync(answer);

        Assert.Equal(100, json.RootElement.GetProperty("page_size").GetInt32());
        Assert.Equal(0, json.RootElement.GetProperty("num_pages").GetInt32());
    }

    [Theory]
    [InlineData("n=0")]
    [InlineData("n=-1")]
    [InlineData("n=many")]
    [InlineData("page=0")]
    [InlineData("page=99999999999")]
    public async Task Search_WithANumberThatIsNone_Is400(string query)
    {
        using var answer = await Client.GetAsync($"/v1/search?q=x&{query}");

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "PAGINATION_NUMBER_INVALID");
    }

    [Fact]
    public async Task TheFirstProtocol_HasNothingElse()
    {
        using var unknown = await Client.GetAsync("/v1/repositories/team/app/images");
        using var post = await Client.SendAsync(HttpMethod.Post, "/v1/search", []);
        using var head = await Client.SendAsync(HttpMethod.Head, "/v1/search?q=x");
        using var http = new HttpClient();
        using var onPortal = await http.GetAsync(new Uri(portal.PortalAddress, "/v1/_ping"));

        await RegistryClient.AssertErrorAsync(unknown, HttpStatusCode.NotFound, "NAME_UNKNOWN");
        await RegistryClient.AssertErrorAsync(post, HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
        Assert.Equal("GET, HEAD", string.Join(", ", post.Content.Headers.Allow));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, onPortal.StatusCode);
    }

    private async Task<string[]> NamesAsync(string query)
    {
        using var answer = await Client.GetAsync("/v1/search" + query);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var json = await RegistryClient.ReadJsonAsync(answer);
        return [.. json.RootElement.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("name").GetString()!)];
    }
}
