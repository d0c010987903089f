using System.Net.Security;
using Microsoft.Extensions.Time.Testing;
using Portal.Registry.Configuration;
using Portal.Registry.Tls;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Tls;

public sealed class ClientCertificatesTests : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly TempFolder _folder = new();
    private readonly CertificateAuthority _first = new("First");
    private readonly CertificateAuthority _second = new("Second");
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly LogSink<ClientCertificates> _log = new();

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Ask_FilesChanged_BelievesTheNewAuthoritiesAlone()
    {
        var clients = new ClientCertificates([_first.Write(_folder.Path, "a.pem")], ClientAuthentication.RequireAndVerify, _time, _log);
        Assert.Equal(["CN=First"], Believed(clients));

        _second.Write(_folder.Path, "a.pem");
        Assert.Equal(["CN=First"], Believed(clients));
        _time.Advance(Look);

        Assert.Equal(["CN=Second"], Believed(clients));
        Assert.Equal("Information: new connections are judged by the new files of http.tls.clientcas: 1 authorities", Assert.Single(_log.Lines));
    }

    [Fact]
    public void Ask_OneFileBroken_KeepsAllAuthoritiesAndWarnsOnce()
    {
        var paths = new[] { _first.Write(_folder.Path, "a.pem"), _second.Write(_folder.Path, "b.pem") };
        var clients = new ClientCertificates(paths, ClientAuthentication.RequireAndVerify, _time, _log);

        File.WriteAllText(paths[1], "half of a");
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(Look);
            Assert.Equal(["CN=First", "CN=Second"], Believed(clients));
        }

        Assert.StartsWith(
            "Warning: the new files of http.tls.clientcas cannot be used, and the authorities of before stay: " + paths[1], Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Believed(ClientCertificates clients)
    {
        var connection = new SslServerAuthenticationOptions();
        clients.Ask(connection);
        return connection.CertificateChainPolicy!.CustomTrustStore.Select(certificate => certificate.Subject);
    }
}
