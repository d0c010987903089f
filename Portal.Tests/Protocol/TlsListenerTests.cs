using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Registry.Events;
using Portal.Storage.Accounts;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>Who is let in by TLS, and by which version of it.</summary>
public sealed class TlsListenerTests : IAsyncLifetime
{
    private readonly TlsPortal _portal = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ClientCas_LetInWhomTheyVouchFor_AndNobodyElse(bool isIntermediate)
    {
        using var root = new CertificateAuthority("Root of clients");
        using var intermediate = new CertificateAuthority("Below it", root);
        using var stranger = new CertificateAuthority("Root of clients");
        using var good = (isIntermediate ? intermediate : root).IssueClient("good");
        using var bad = stranger.IssueClient("bad");
        _portal.Http = http => http with
        {
            Tls = http.Tls! with { ClientCas = [(isIntermediate ? intermediate : root).Write(_portal.Root, "clients.pem")] },
        };
        await _portal.InitializeAsync();

        using var client = _portal.CreateClient(HttpVersion.Version20, good);
        using var answer = await client.GetAsync("/v2/");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        await AssertRefusedAsync(certificate: null);
        await AssertRefusedAsync(bad);
        await AssertRefusedAsync(_portal.Authority.IssueClient("of the server's authority"));
    }

    [Theory]
    [InlineData(ClientAuthentication.VerifyIfGiven, true, true, false)]
    [InlineData(ClientAuthentication.RequireAny, false, true, true)]
    [InlineData(ClientAuthentication.Request, true, true, true)]
    public async Task ClientAuth_LetsInWhomItSays(ClientAuthentication authentication, bool nobody, bool good, bool stranger)
    {
        using var root = new CertificateAuthority("Root of clients");
        using var other = new CertificateAuthority("Root of others");
        _portal.Http = http => http with
        {
            Tls = http.Tls! with { ClientCas = [root.Write(_portal.Root, "clients.pem")], ClientAuthentication = authentication },
        };
        await _portal.InitializeAsync();

        Assert.Equal(nobody, await IsLetInAsync(null));
        Assert.Equal(good, await IsLetInAsync(root.IssueClient("good")));
        Assert.Equal(stranger, await IsLetInAsync(other.IssueClient("stranger")));
    }

    [Theory]
    [InlineData(ClientAuthentication.RequireAndVerify)]
    [InlineData(ClientAuthentication.VerifyIfGiven)]
    public async Task ClientCertificate_WithoutAuth_IsItsUser(ClientAuthentication authentication)
    {
        using var root = new CertificateAuthority("Root of clients");
        _portal.Http = http => http with
        {
            Tls = http.Tls! with { ClientCas = [root.Write(_portal.Root, "clients.pem")], ClientAuthentication = authentication },
        };
        await _portal.InitializeAsync();
        using var ada = _portal.CreateClient(HttpVersion.Version11, root.IssueClient("ada"));
        using var bob = _portal.CreateClient(HttpVersion.Version20, root.IssueClient("bob"));
        using var events = _portal.Get<EventStream>().Subscribe(_ => true, 100);
        await bob.PushImageAsync("other/app", "1");
        Assert.True(events.Events.TryRead(out var pushed));
        Assert.Equal("bob", pushed.Actor.Name);

        await _portal.Get<Accounts>().ChangeAsync(
            store => store.ReplaceRulesAsync([new AccessRule(SubjectKind.User, "ada", Role.Writer, RepositoryPattern.Parse("team/**"))], CancellationToken.None),
            CancellationToken.None);

        await ada.PushImageAsync("team/app", "1");
        using var others = await ada.GetAsync("/v2/other/app/manifests/1");
        await RegistryClient.AssertErrorAsync(others, HttpStatusCode.Forbidden, "DENIED");
        using var bobs = await bob.GetAsync("/v2/other/app/manifests/1");
        await RegistryClient.AssertErrorAsync(bobs, HttpStatusCode.Forbidden, "DENIED");
        if (authentication is ClientAuthentication.VerifyIfGiven)
        {
            using var nobody = _portal.CreateClient(HttpVersion.Version11);
            using var refused = await nobody.GetAsync("/v2/other/app/manifests/1");
            await RegistryClient.AssertErrorAsync(refused, HttpStatusCode.Forbidden, "DENIED");
        }
    }

    /// <summary>Such a certificate proves nothing: it may say any name.</summary>
    [Fact]
    public async Task ClientCertificate_ThatNobodyVouchesFor_IsNobodys()
    {
        using var root = new CertificateAuthority("Root of clients");
        using var stranger = new CertificateAuthority("Root of others");
        _portal.Http = http => http with
        {
            Tls = http.Tls! with { ClientCas = [root.Write(_portal.Root, "clients.pem")], ClientAuthentication = ClientAuthentication.Request },
        };
        await _portal.InitializeAsync();
        using var events = _portal.Get<EventStream>().Subscribe(_ => true, 100);
        using var client = _portal.CreateClient(HttpVersion.Version11, stranger.IssueClient("ada"));

        await client.PushImageAsync("team/app", "1");

        Assert.True(events.Events.TryRead(out var pushed));
        Assert.Null(pushed.Actor.Name);
    }

    [Fact]
    public async Task ClientCas_ThatChange_CountForNewConnections_WhileOldOnesGoOn()
    {
        using var first = new CertificateAuthority("First");
        using var second = new CertificateAuthority("Second");
        using var ofFirst = first.IssueClient("of the first");
        using var ofSecond = second.IssueClient("of the second");
        var path = first.Write(_portal.Root, "clients.pem");
        _portal.Http = http => http with { Tls = http.Tls! with { ClientCas = [path] } };
        await _portal.InitializeAsync();
        using var open = _portal.CreateClient(HttpVersion.Version11, ofFirst);
        using (var before = await open.GetAsync("/v2/"))
        {
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        }

        second.Write(_portal.Root, "clients.pem");

        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while (!await IsLetInAsync(ofSecond))
        {
            await Task.Delay(20, deadline.Token);
        }

        Assert.False(await IsLetInAsync(ofFirst));
        using (var after = await open.GetAsync("/v2/"))
        {
            Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        }
    }

    [Fact]
    public async Task ClientCas_AskNothingOfThePages()
    {
        _portal.Http = http => http with { Tls = http.Tls! with { ClientCas = [_portal.Authority.Write(_portal.Root, "clients.pem")] } };
        await _portal.InitializeAsync();

        Assert.Contains("Registry Portal", await GetPageAsync(_portal.Authority), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_WithTheirOwnCertificate_ShowThat()
    {
        using var own = new CertificateAuthority("Authority of the pages");
        _portal.Portal = portal => portal with { Tls = new PortalTlsConfiguration { Files = own.WriteServer(_portal.Root, "pages") } };
        await _portal.InitializeAsync();

        Assert.Contains("Registry Portal", await GetPageAsync(own), StringComparison.Ordinal);
        await Assert.ThrowsAsync<HttpRequestException>(() => GetPageAsync(_portal.Authority));
    }

    [Fact]
    public async Task Pages_WithTlsDisabled_ArePlain()
    {
        _portal.Portal = portal => portal with { Tls = new PortalTlsConfiguration { Disabled = true } };
        await _portal.InitializeAsync();

        Assert.Equal("http", _portal.PortalAddress.Scheme);
        Assert.Contains("Registry Portal", await GetPageAsync(_portal.Authority), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MinimumTls_RefusesWhatIsOlder()
    {
        _portal.Http = http => http with { Tls = http.Tls! with { Protocols = SslProtocols.Tls13 } };
        await _portal.InitializeAsync();

        Assert.Equal(SslProtocols.Tls13, (await HandshakeAsync(SslProtocols.Tls12 | SslProtocols.Tls13)).Protocol);
        await Assert.ThrowsAnyAsync<Exception>(() => HandshakeAsync(SslProtocols.Tls12));
    }

    [Fact]
    public async Task CipherSuites_AreTheOnesThatAreSpoken()
    {
        TlsCipherSuite[] suites = [TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256];
        _portal.Http = http => http with { Tls = http.Tls! with { CipherSuites = suites } };
        await _portal.InitializeAsync();

        Assert.Equal(suites[0], (await HandshakeAsync(SslProtocols.Tls12)).Suite);
        Assert.Equal(suites[1], (await HandshakeAsync(SslProtocols.Tls13)).Suite);
    }

    [Fact]
    public async Task Http2Disabled_OffersHttp11Alone()
    {
        _portal.Http = http => http with { Http2Disabled = true };
        await _portal.InitializeAsync();

        Assert.Equal(SslApplicationProtocol.Http11, (await HandshakeAsync(SslProtocols.None)).Application);
    }

    [Fact]
    public async Task RenewedCertificate_IsShownToNewConnections_AndOldOnesGoOn()
    {
        await _portal.InitializeAsync();
        using var before = await _portal.Client.GetAsync("/v2/");
        var serial = (await HandshakeAsync(SslProtocols.None)).Serial;

        _portal.Authority.WriteServer(_portal.Root);

        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while ((await HandshakeAsync(SslProtocols.None)).Serial == serial)
        {
            await Task.Delay(20, deadline.Token);
        }

        using var after = await _portal.Client.GetAsync("/v2/");
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    private async Task AssertRefusedAsync(X509Certificate2? certificate)
    {
        using var client = _portal.CreateClient(HttpVersion.Version11, certificate);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("/v2/"));
    }

    private async Task<bool> IsLetInAsync(X509Certificate2? certificate)
    {
        using var client = _portal.CreateClient(HttpVersion.Version11, certificate);
        try
        {
            using var answer = await client.GetAsync("/v2/");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<string> GetPageAsync(CertificateAuthority authority)
    {
        using var handler = new SocketsHttpHandler();
        authority.Trust(handler);
        using var http = new HttpClient(handler);
        return await http.GetStringAsync(_portal.PortalAddress);
    }

    private async Task<(SslProtocols Protocol, TlsCipherSuite Suite, SslApplicationProtocol Application, string Serial)> HandshakeAsync(SslProtocols protocols)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(_portal.RegistryAddress.Host, _portal.RegistryAddress.Port);
        await using var tls = new SslStream(socket.GetStream(), leaveInnerStreamOpen: false);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = protocols,
            CertificateChainPolicy = _portal.Authority.Policy(),
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        });
        return (tls.SslProtocol, tls.NegotiatedCipherSuite, tls.NegotiatedApplicationProtocol, tls.RemoteCertificate!.GetSerialNumberString());
    }
}
