using Portal.Registry.Configuration;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>The number that each answer carries.</summary>
public sealed class RequestIdTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task Answers_EachCarryAnIdOfTheirOwn()
    {
        var ids = new List<string>();
        foreach (var path in new[] { "/v2/", "/v2/a/manifests/none", "/v2/a/blobs/bad", "/", "/elsewhere" })
        {
            using var answer = await portal.Client.GetAsync(path);
            ids.Add(Assert.Single(answer.Headers.GetValues("X-Request-Id")));
        }

        Assert.All(ids, id => Assert.True(Guid.TryParseExact(id, "D", out _), id));
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    /// <summary>The client is on loopback, which is among the trusted proxies unless the configuration says otherwise.</summary>
    [Theory]
    [InlineData("5f0c-of.the_proxy:1", true)]
    [InlineData("two words", false)]
    [InlineData("a\"quote", false)]
    public async Task Request_WithAnIdOfATrustedProxy_KeepsItWhenItIsWellFormed(string id, bool isKept)
    {
        Assert.Equal(isKept, await AskAsync(portal, id) == id);
        Assert.NotEqual(new string('a', 129), await AskAsync(portal, new string('a', 129)));
    }

    [Fact]
    public async Task Request_WithAnIdOfAnybody_GetsAnother()
    {
        await using var distrusting = new DistrustingPortal();
        await distrusting.InitializeAsync();

        Assert.NotEqual("mine", await AskAsync(distrusting, "mine"));
    }

    private static async Task<string> AskAsync(PortalFixture portal, string id)
    {
        using var answer = await portal.Client.SendAsync(
            HttpMethod.Get, "/v2/", change: request => Assert.True(request.Headers.TryAddWithoutValidation("X-Request-Id", id)));
        return Assert.Single(answer.Headers.GetValues("X-Request-Id"));
    }

    private sealed class DistrustingPortal : PortalFixture
    {
        protected override RegistryConfiguration Configuration => base.Configuration with
        {
            Portal = base.Configuration.Portal with { TrustedProxies = [] },
        };
    }
}
