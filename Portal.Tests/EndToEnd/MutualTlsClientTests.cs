using System.Security.Cryptography.X509Certificates;
using Portal.Registry.Auth;
using Portal.Storage.Accounts;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>Real clients that show a certificate, and a server that shows another one in the midst of its life.</summary>
public sealed class MutualTlsClientTests : IAsyncLifetime
{
    private readonly TlsPortal _portal = new();
    private readonly TempFolder _folder = new();
    private readonly CertificateAuthority _clients = new("Root of clients");

    private string Host => $"localhost:{_portal.RegistryAddress.Port}";

    public async ValueTask InitializeAsync()
    {
        _portal.Http = http => http with { Tls = http.Tls! with { ClientCas = [_clients.Write(_portal.Root, "clients.pem")] } };
        await _portal.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _portal.DisposeAsync();
        _clients.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Skopeo_WithItsCertificate_MayWhatItsNameMay()
    {
        await _portal.Get<Accounts>().ChangeAsync(
            store => store.ReplaceRulesAsync([new AccessRule(SubjectKind.User, "builder", Role.Writer, RepositoryPattern.Parse("team/**"))], CancellationToken.None),
            CancellationToken.None);
        using (var certificate = _clients.IssueClient("builder"))
        using (var builder = _portal.CreateClient(System.Net.HttpVersion.Version11, certificate))
        {
            await builder.PushImageAsync("team/app", "source");
        }

        var shown = WriteClient("builder");
        var nothing = Directory.CreateDirectory(_folder.Combine("nothing")).FullName;
        _portal.Authority.Write(nothing, "ca.crt");

        await ChildProcess.RunAsync("skopeo", Copy(shown, $"docker://{Host}/team/app:source", $"docker://{Host}/team/app:copy"));
        await ChildProcess.RunAsync("skopeo", Copy(shown, $"docker://{Host}/team/app:source", $"oci:{_folder.Combine("image")}:1"));
        var denied = await Assert.ThrowsAnyAsync<Exception>(() =>
            ChildProcess.RunAsync("skopeo", Copy(shown, $"oci:{_folder.Combine("image")}:1", $"docker://{Host}/other/app:1")));
        var refused = await Assert.ThrowsAnyAsync<Exception>(() =>
            ChildProcess.RunAsync("skopeo", Copy(nothing, $"docker://{Host}/team/app:source", $"oci:{_folder.Combine("stolen")}:1")));

        Assert.Contains("403 (Forbidden)", denied.Message, StringComparison.Ordinal);
        Assert.Contains("pinging container registry", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Curl_SeesARenewedCertificate_WithoutARestart()
    {
        var shown = WriteClient("curl");
        var first = await SerialAsync();

        _portal.Authority.WriteServer(_portal.Root);

        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while (await SerialAsync() == first)
        {
            await Task.Delay(20, deadline.Token);
        }

        await ChildProcess.RunAsync("skopeo", "list-tags", "--cert-dir", shown, $"docker://{Host}/{await PushAsync()}");

        async Task<string> SerialAsync()
        {
            var said = await ChildProcess.RunAsync(
                "curl", "--silent", "--fail", "--http2", "--cacert", Path.Combine(shown, "ca.crt"), "--cert", Path.Combine(shown, "client.cert"),
                "--key", Path.Combine(shown, "client.key"), "--output", "/dev/null", "--write-out", "%{http_version} %{certs}", $"https://{Host}/v2/");
            Assert.StartsWith("2 ", said, StringComparison.Ordinal);
            return said.Split('\n').First(line => line.StartsWith("Serial Number:", StringComparison.OrdinalIgnoreCase));
        }

        async Task<string> PushAsync()
        {
            using var certificate = _clients.IssueClient("curl");
            using var client = _portal.CreateClient(System.Net.HttpVersion.Version11, certificate);
            await client.PushImageAsync("team/app", "1");
            return "team/app";
        }
    }

    private static string[] Copy(string certificates, string from, string to) =>
        ["--insecure-policy", "copy", "--src-cert-dir", certificates, "--dest-cert-dir", certificates, from, to];

    /// <summary>A folder as docker, skopeo and buildah take it: the server's authority, and the client's certificate and key.</summary>
    private string WriteClient(string name)
    {
        var folder = Directory.CreateDirectory(_folder.Combine(name)).FullName;
        _portal.Authority.Write(folder, "ca.crt");
        using var certificate = _clients.IssueClient(name);
        File.WriteAllText(Path.Combine(folder, "client.cert"), certificate.ExportCertificatePem() + "\n");
        File.WriteAllText(Path.Combine(folder, "client.key"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem() + "\n");
        return folder;
    }
}
