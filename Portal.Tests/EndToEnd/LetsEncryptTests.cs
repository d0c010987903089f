using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>The real executable gets its certificates from a real ACME server.</summary>
public sealed class LetsEncryptTests : IDisposable
{
    private static readonly TimeSpan LongLife = TimeSpan.FromDays(90);

    private readonly TempFolder _folder = new();
    private readonly Uri _address = ChildProcess.FreeAddress();

    private string CacheFile => _folder.Combine("kept/letsencrypt.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Hosts_GetTheirOwnCertificates_WhichARestartKeeps()
    {
        await using var pebble = await PebbleServer.StartAsync(_folder.Path, _address.Port, LongLife);
        string first;
        await using (await StartAsync(pebble))
        {
            using var one = await WaitForAsync("one.example.com", _ => true);
            using var two = await WaitForAsync("two.example.com", _ => true);
            first = one.SerialNumber;

            Assert.Contains("Pebble Intermediate", one.Issuer, StringComparison.Ordinal);
            Assert.True(one.MatchesHostname("one.example.com"));
            Assert.True(two.MatchesHostname("two.example.com"));
            Assert.NotEqual(one.SerialNumber, two.SerialNumber);
            await Assert.ThrowsAnyAsync<Exception>(() => HandshakeAsync("three.example.com"));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(CacheFile));
        }

        await using (await StartAsync(pebble))
        {
            using var kept = await HandshakeAsync("one.example.com");
            Assert.Equal(first, kept.SerialNumber);
        }
    }

    [Fact]
    public async Task Certificate_IsRenewedBeforeItEnds()
    {
        await using var pebble = await PebbleServer.StartAsync(_folder.Path, _address.Port, TimeSpan.FromSeconds(9));
        await using var portal = await StartAsync(pebble);
        using var first = await WaitForAsync("one.example.com", _ => true);

        using var next = await WaitForAsync("one.example.com", certificate => certificate.SerialNumber != first.SerialNumber);

        Assert.True(next.NotAfter > first.NotAfter);
    }

    [Fact]
    public async Task Proof_ThatTheServerCannotSee_LeavesNoCertificate()
    {
        await using var pebble = await PebbleServer.StartAsync(_folder.Path, ChildProcess.FreeAddress().Port, LongLife);
        await using var portal = await StartAsync(pebble);

        await Assert.ThrowsAnyAsync<Exception>(() => HandshakeAsync("one.example.com"));
        await Patience.UntilAsync(() => File.Exists(CacheFile) ? CacheFile : null, "the account");
        Assert.Contains("\"certificates\":{}", await File.ReadAllTextAsync(CacheFile), StringComparison.Ordinal);
    }

    private Task<ChildProcess> StartAsync(PebbleServer pebble) => PortalProcess.StartAsync(
        _address,
        _folder.Combine("store"),
        ("SSL_CERT_FILE", pebble.AuthorityFile),
        ("REGISTRY_HTTP_TLS_LETSENCRYPT_CACHEFILE", CacheFile),
        ("REGISTRY_HTTP_TLS_LETSENCRYPT_EMAIL", "admin@example.com"),
        ("REGISTRY_HTTP_TLS_LETSENCRYPT_HOSTS", "[one.example.com, two.example.com]"),
        ("REGISTRY_HTTP_TLS_LETSENCRYPT_DIRECTORYURL", pebble.Directory.ToString()));

    private async Task<X509Certificate2> WaitForAsync(string host, Predicate<X509Certificate2> isWanted)
    {
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await tick.WaitForNextTickAsync(deadline.Token))
        {
            try
            {
                var certificate = await HandshakeAsync(host);
                if (isWanted(certificate))
                {
                    return certificate;
                }
            }
            catch (Exception exception) when (exception is IOException or AuthenticationException)
            {
                // Not yet.
            }
        }

        throw new TimeoutException();
    }

    /// <summary>What the listener shows a client that believes everything.</summary>
    private async Task<X509Certificate2> HandshakeAsync(string host)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(_address.Host, _address.Port);
        X509Certificate2? shown = null;
        await using var tls = new SslStream(socket.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) =>
        {
            shown = X509CertificateLoader.LoadCertificate(certificate!.GetRawCertData());
            return shown.Issuer.Contains("Pebble", StringComparison.Ordinal);
        });
        await tls.AuthenticateAsClientAsync(host);
        return shown!;
    }
}
