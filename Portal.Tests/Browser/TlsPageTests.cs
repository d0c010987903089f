using Microsoft.Playwright;
using Portal.Registry.Configuration;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Browser;

/// <summary>The application with TLS, with a browser that believes its certificate.</summary>
public sealed class TlsChromiumFixture : ChromiumFixture
{
    private readonly CertificateAuthority _authority = new("Authority of the tests");

    protected override RegistryConfiguration Configuration => base.Configuration with
    {
        Http = base.Configuration.Http with { Tls = new TlsConfiguration { Files = _authority.WriteServer(Root) } },
    };

    protected override RegistryClient CreateClient() => new(RegistryAddress, _authority.Trust);
}

/// <summary>A live page needs a WebSocket, which over TLS a browser may open within HTTP/2.</summary>
public sealed class TlsPageTests(TlsChromiumFixture portal) : IClassFixture<TlsChromiumFixture>
{
    [Fact]
    public async Task Catalog_OverTls_ShowsWhatIsPushed_WithoutAReload()
    {
        var (page, complaints) = await portal.OpenAsync("/");
        await Assertions.Expect(page.GetByText("docker push").First).ToBeVisibleAsync();

        await portal.Client.PushImageAsync("team/tls", "1.0");

        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "team/tls" }).First).ToBeVisibleAsync();
        Assert.Empty(complaints);
    }
}
