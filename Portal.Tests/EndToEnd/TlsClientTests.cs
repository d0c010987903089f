using System.Security.Cryptography;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>Real clients over TLS, which believe the tests' authority and no other.</summary>
public sealed class TlsClientTests(TlsPortal portal) : IClassFixture<TlsPortal>, IDisposable
{
    private readonly TempFolder _folder = new();

    private string Host => $"localhost:{portal.RegistryAddress.Port}";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Skopeo_ImageInAndOut_KeepsItsDigest()
    {
        await portal.Client.PushImageAsync("skopeo/tls", "source");
        portal.Authority.Write(_folder.Path, "ca.crt");
        string[] trust = ["--insecure-policy", "copy", "--src-tls-verify=true", "--dest-tls-verify=true", "--src-cert-dir", _folder.Path, "--dest-cert-dir", _folder.Path];

        await ChildProcess.RunAsync("skopeo", [.. trust, $"docker://{Host}/skopeo/tls:source", $"oci:{_folder.Combine("image")}:1"]);
        await ChildProcess.RunAsync("skopeo", [.. trust, $"oci:{_folder.Combine("image")}:1", $"docker://{Host}/skopeo/tls:back"]);

        Assert.Equal(await DigestAsync("source"), await DigestAsync("back"));
    }

    [Theory]
    [InlineData("--http2", "2")]
    [InlineData("--http1.1", "1.1")]
    public async Task Curl_GetsABlob(string option, string version)
    {
        var content = RandomNumberGenerator.GetBytes(2_000_000);
        var digest = await portal.Client.PushBlobAsync("curl/tls", content);
        var authority = portal.Authority.Write(_folder.Path, "ca.crt");

        var spoken = await ChildProcess.RunAsync(
            "curl", "--silent", "--fail", option, "--cacert", authority, "--output", _folder.Combine("blob"), "--write-out", "%{http_version}", $"https://{Host}/v2/curl/tls/blobs/{digest}");

        Assert.Equal(version, spoken);
        Assert.Equal(content, await File.ReadAllBytesAsync(_folder.Combine("blob")));
    }

    /// <summary>Clients that heed the server's settings do not even send such a head; curl does.</summary>
    [Fact]
    public async Task Curl_WithAHeadThatIsTooLarge_IsAnsweredInHttp2()
    {
        var authority = portal.Authority.Write(_folder.Path, "ca.crt");

        Assert.Equal("2 431", await ChildProcess.RunAsync(
            "curl", "--silent", "--http2", "--cacert", authority, "--header", $"X-Long: {new string('a', 40_000)}", "--write-out", "%{http_version} %{http_code}", $"https://{Host}/v2/"));
    }

    private async Task<string> DigestAsync(string tag) =>
        await ChildProcess.RunAsync("skopeo", "inspect", "--cert-dir", _folder.Path, "--format", "{{.Digest}}", $"docker://{Host}/skopeo/tls:{tag}");
}
