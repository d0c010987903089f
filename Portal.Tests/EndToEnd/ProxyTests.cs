using Portal.Registry.Configuration;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>The registry in the clear, behind a proxy that speaks TLS with the clients.</summary>
public sealed class ProxyTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CertificateAuthority _authority = new("Authority of the proxy");

    /// <summary>What the registry's addresses are made of.</summary>
    public enum Addressing
    {
        /// <summary>Of what the proxy says.</summary>
        Forwarded,

        /// <summary>Of a path alone: <c>http.relativeurls</c>.</summary>
        Relative,

        /// <summary>Of <c>http.host</c>.</summary>
        Host,
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(Addressing.Forwarded, "/")]
    [InlineData(Addressing.Relative, "/")]
    [InlineData(Addressing.Host, "/")]
    [InlineData(Addressing.Forwarded, "/registry/")]
    [InlineData(Addressing.Relative, "/registry/")]
    public async Task Skopeo_PushesAndPullsThroughAProxyThatEndsTls(Addressing addressing, string prefix)
    {
        // Clients ask below the root; the addresses that they are given lie below the prefix.
        var registry = ChildProcess.FreeAddress();
        await using var proxy = await ReverseProxy.StartAsync(
            registry, path => path.StartsWith("/v2/", StringComparison.Ordinal) ? prefix + path[1..] : path, _authority.WriteServer(_folder.Path));
        var origin = $"https://localhost:{proxy.Address.Port}";
        await using var portal = new OwnPortal(http => http with
        {
            Addr = ListenAddress.Parse(registry.Authority),
            RelativeUrls = addressing is Addressing.Relative,
            Prefix = prefix,
            Host = addressing is Addressing.Host ? new Uri(origin) : null,
        });
        await portal.InitializeAsync();

        using var client = new RegistryClient(new Uri(origin), _authority.Trust);
        Assert.StartsWith(
            $"{(addressing is Addressing.Relative ? "" : origin)}{prefix}v2/app/blobs/uploads/", await client.StartUploadAsync("app"), StringComparison.Ordinal);
        var digest = await client.PushImageAsync("app", "source");

        var trust = Directory.CreateDirectory(_folder.Combine("trust")).FullName;
        _authority.Write(trust, "ca.crt");
        var (host, layout) = (new Uri(origin).Authority, $"oci:{_folder.Combine("image")}:1");
        string[] copy = ["--insecure-policy", "copy", "--src-cert-dir", trust, "--dest-cert-dir", trust];
        await ChildProcess.RunAsync("skopeo", [.. copy, $"docker://{host}/app:source", layout]);
        await ChildProcess.RunAsync("skopeo", [.. copy, layout, $"docker://{host}/other:back"]);
        Assert.Equal(
            $"{digest}", (await ChildProcess.RunAsync("skopeo", "inspect", "--cert-dir", trust, "--format", "{{.Digest}}", $"docker://{host}/other:back")).Trim());
    }

    private sealed class OwnPortal(Func<HttpConfiguration, HttpConfiguration> change) : PortalFixture
    {
        protected override RegistryConfiguration Configuration => base.Configuration with { Http = change(base.Configuration.Http) };
    }
}
