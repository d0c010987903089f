using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>Real clients with tokens: of the portal's own server, and of servers elsewhere.</summary>
public sealed class TokenClientTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string AuthFile => _folder.Combine("auth.json");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("bobs-password")]
    [InlineData("rpt_secret")]
    public async Task Skopeo_LogsIn_Copies_Inspects_AndLogsOut(string password)
    {
        await using var portal = await StartAsync();

        await RunAsync("skopeo", "login", "--authfile", AuthFile, "--tls-verify=false", "--username", "bob", "--password", password, Host(portal));
        await CopyAsync("--authfile", AuthFile, Image(), $"docker://{Host(portal)}/team/app:1");
        await CopyAsync("--authfile", AuthFile, $"docker://{Host(portal)}/team/app:1", $"docker://{Host(portal)}/team/copy:1");
        var digest = await RunAsync("skopeo", "inspect", "--authfile", AuthFile, "--tls-verify=false", "--format", "{{.Digest}}", $"docker://{Host(portal)}/team/copy:1");
        Assert.StartsWith("sha256:", digest, StringComparison.Ordinal);

        await RunAsync("skopeo", "logout", "--authfile", AuthFile, Host(portal));
        await FailsAsync("skopeo", "inspect", "--authfile", AuthFile, "--tls-verify=false", $"docker://{Host(portal)}/team/copy:1");
        await FailsAsync("skopeo", "login", "--authfile", AuthFile, "--tls-verify=false", "--username", "bob", "--password", "wrong", Host(portal));
    }

    [Fact]
    public async Task Skopeo_WithoutAName_PullsWhatAnyoneMay()
    {
        await using var portal = await StartAsync(
            new AccessRule(SubjectKind.Anyone, "", Role.Reader, RepositoryPattern.Parse("public/**")),
            new AccessRule(SubjectKind.User, "bob", Role.Writer, RepositoryPattern.All));
        foreach (var name in new[] { "public/app", "private/app" })
        {
            await CopyAsync("--dest-creds", "bob:bobs-password", Image(), $"docker://{Host(portal)}/{name}:1");
        }

        await CopyAsync($"docker://{Host(portal)}/public/app:1", $"dir:{_folder.Combine("pulled")}");

        await FailsAsync("skopeo", "inspect", "--no-creds", "--tls-verify=false", $"docker://{Host(portal)}/private/app:1");
        await FailsAsync("skopeo", "--insecure-policy", "copy", "--dest-tls-verify=false", Image(), $"docker://{Host(portal)}/public/app:2");
    }

    [Fact]
    public async Task Buildah_LogsIn_Pushes_Pulls_AndLogsOut()
    {
        await using var portal = await StartAsync();
        string[] storage = ["--storage-driver", "vfs", "--root", _folder.Combine("root"), "--runroot", _folder.Combine("run")];
        Task<string> BuildahAsync(string command, params string[] arguments) => RunAsync("buildah", [.. storage, command, .. arguments]);
        await BuildahAsync("login", "--authfile", AuthFile, "--tls-verify=false", "--username", "bob", "--password", "bobs-password", Host(portal));
        await File.WriteAllTextAsync(_folder.Combine("hello.txt"), "hello", TestContext.Current.CancellationToken);
        var container = (await BuildahAsync("from", "scratch")).Trim();
        await BuildahAsync("copy", container, _folder.Combine("hello.txt"), "/hello.txt");
        await BuildahAsync("commit", container, "built");

        await BuildahAsync("push", "--authfile", AuthFile, "--tls-verify=false", "built", $"docker://{Host(portal)}/team/built:1");
        await BuildahAsync("pull", "--authfile", AuthFile, "--tls-verify=false", $"docker://{Host(portal)}/team/built:1");
        await BuildahAsync("logout", "--authfile", AuthFile, Host(portal));

        await FailsAsync("buildah", [.. storage, "pull", "--policy", "always", "--authfile", AuthFile, "--tls-verify=false", $"docker://{Host(portal)}/team/built:1"]);
    }

    /// <summary>Without a daemon docker logs in by itself. It keeps the refresh token that it is given, and no password.</summary>
    [Fact]
    public async Task Docker_LogsIn_AndKeepsARefreshToken()
    {
        await using var portal = await StartAsync();
        var configuration = _folder.Combine("docker");

        await RunAsync(
            "docker", "--host", "tcp://127.0.0.1:1", "--config", configuration, "login", "--username", "bob", "--password", "bobs-password", Host(portal));

        var kept = await File.ReadAllTextAsync(Path.Combine(configuration, "config.json"), TestContext.Current.CancellationToken);
        Assert.Contains("\"identitytoken\": \"rpr_", kept, StringComparison.Ordinal);

        // skopeo reads the same file, and gets its tokens by what is there.
        File.Copy(Path.Combine(configuration, "config.json"), AuthFile);
        await CopyAsync("--authfile", AuthFile, Image(), $"docker://{Host(portal)}/team/docker:1");
    }

    /// <summary>Debian's <c>docker-registry</c> is given the certificate that lies beside the keys.</summary>
    [Fact]
    public async Task Upstream_TrustsThePortalsTokens()
    {
        await using var portal = await StartAsync();
        var address = ChildProcess.FreeAddress();
        await using var upstream = await UpstreamProcess.StartAsync(address, _folder, $$"""
            auth:
              token:
                realm: http://{{Host(portal)}}/auth/token
                service: registry-portal
                issuer: portal.test
                rootcertbundle: "{{Path.Combine(portal.Root, "token-keys.crt")}}"
            """);

        await CopyAsync("--dest-creds", "bob:bobs-password", Image(), $"docker://{address.Authority}/team/app:1");
        await CopyAsync("--src-creds", "bob:bobs-password", $"docker://{address.Authority}/team/app:1", $"dir:{_folder.Combine("pulled")}");

        await FailsAsync("skopeo", "inspect", "--creds", "bob:wrong", "--tls-verify=false", $"docker://{address.Authority}/team/app:1");
    }

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task Skopeo_WithATokenServerElsewhere_PushesAndPulls(string algorithm)
    {
        await using var server = await ForeignServer.StartAsync(algorithm, _folder);
        await using var portal = new TrustingPortal(server.Configuration);
        await portal.InitializeAsync();

        await CopyAsync("--dest-creds", "ada:secret", Image(), $"docker://{Host(portal)}/team/app:1");
        await CopyAsync("--src-creds", "ada:secret", $"docker://{Host(portal)}/team/app:1", $"dir:{_folder.Combine("pulled")}");

        await FailsAsync("skopeo", "inspect", "--creds", "ada:wrong", "--tls-verify=false", $"docker://{Host(portal)}/team/app:1");
        await FailsAsync("skopeo", "inspect", "--creds", "ada:secret", "--tls-verify=false", $"docker://{Host(portal)}/other/app:1");
    }

    private static string Host(PortalFixture portal) => portal.RegistryAddress.Authority;

    private static Task<string> RunAsync(string file, params string[] arguments) => ChildProcess.RunAsync(file, arguments);

    private static async Task FailsAsync(string file, params string[] arguments)
    {
        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => ChildProcess.RunAsync(file, arguments));
    }

    private static Task<string> CopyAsync(params string[] arguments)
    {
        return RunAsync("skopeo", ["--insecure-policy", "copy", "--src-tls-verify=false", "--dest-tls-verify=false", .. arguments]);
    }

    /// <summary>An image in an OCI layout.</summary>
    private string Image()
    {
        var folder = _folder.Combine("image");
        if (!Directory.Exists(folder))
        {
            var (layer, diffId) = ImageBuilder.Layer("layer");
            var config = ImageBuilder.Config(diffId);
            var manifest = ImageBuilder.Manifest((Digest.Of(config), config.Length), [(Digest.Of(layer), layer.Length)]);
            Directory.CreateDirectory(Path.Combine(folder, "blobs", "sha256"));
            foreach (var content in new[] { layer, config, manifest })
            {
                File.WriteAllBytes(Path.Combine(folder, "blobs", "sha256", Digest.Of(content).ToString().Split(':')[1]), content);
            }

            File.WriteAllText(Path.Combine(folder, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
            File.WriteAllText(Path.Combine(folder, "index.json"), $$$"""
                {"schemaVersion":2,"manifests":[{"mediaType":"{{{MediaTypes.OciManifest}}}","digest":"{{{Digest.Of(manifest)}}}",
                "size":{{{manifest.Length}}},"annotations":{"org.opencontainers.image.ref.name":"1"}}]}
                """);
        }

        return $"oci:{folder}:1";
    }

    private static async Task<TokenServerPortal> StartAsync(params AccessRule[] rules)
    {
        var portal = new TokenServerPortal { Server = new TokenServerConfiguration { Issuer = "portal.test" } };
        await portal.InitializeAsync();
        await portal.Get<Accounts>().ChangeAsync(
            async store =>
            {
                await store.ReplaceRulesAsync(rules, CancellationToken.None);
                await store.SaveAccountAsync(new Account { Name = "bob" }, CancellationToken.None);
                await store.AddTokenAsync(
                    new AccessToken { User = "bob", Name = "ci", Hash = SHA256.HashData("rpt_secret"u8), Role = Role.Writer }, CancellationToken.None);
            },
            CancellationToken.None);
        return portal;
    }

    private sealed class TrustingPortal(TokenAuthConfiguration token) : PortalFixture
    {
        protected override RegistryConfiguration Configuration => base.Configuration with { Auth = new AuthConfiguration { Token = token } };
    }

    /// <summary>A token server as others write them: RS256 with a certificate, or ES256 with a key of a set. It knows ada, who may do everything below team.</summary>
    private sealed class ForeignServer(WebApplication app, TokenAuthConfiguration configuration) : IAsyncDisposable
    {
        public TokenAuthConfiguration Configuration => configuration;

        public static async Task<ForeignServer> StartAsync(string algorithm, TempFolder folder)
        {
            using var authority = new CertificateAuthority("tokens");
            var files = authority.WriteServer(folder.Path, rsa: true);
            using var certificate = X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);
            var isRsa = algorithm == "RS256";
            var signer = isRsa ? new TokenSigner(algorithm, certificate.GetRSAPrivateKey()) : new TokenSigner(algorithm);
            var chain = TokenSigner.Chain(certificate);

            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            app.Run(async context =>
            {
                if (context.Request.Headers.Authorization.ToString() != $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("ada:secret"))}")
                {
                    context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                    return;
                }

                var access = new JsonArray([.. context.Request.Query["scope"].Select(scope => scope!.Split(':')).Where(scope => scope[1].StartsWith("team/", StringComparison.Ordinal))
                    .Select(scope => new JsonObject { ["type"] = scope[0], ["name"] = scope[1], ["actions"] = new JsonArray([.. scope[2].Split(',').Select(action => JsonValue.Create(action))]) })]);
                var claims = TokenSigner.Claims(access.ToJsonString());
                var token = isRsa ? signer.Sign(claims, ("x5c", chain.DeepClone())) : signer.Sign(claims, ("kid", "0"));
                await context.Response.WriteAsync(new JsonObject { ["token"] = token }.ToJsonString(), context.RequestAborted);
            });
            await app.StartAsync(TestContext.Current.CancellationToken);
            return new ForeignServer(app, new TokenAuthConfiguration
            {
                Realm = app.Urls.Single() + "/token",
                Service = TokenSigner.Service,
                Issuer = TokenSigner.Issuer,
                RootCertBundle = isRsa ? authority.Write(folder.Path, "tokens.pem") : null,
                Jwks = isRsa ? null : TokenSigner.WriteJwks(folder.Combine("jwks.json"), signer),
            });
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
