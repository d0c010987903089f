using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace Portal.Tests.Fixtures;

/// <summary>A real ACME server, with a name server for which every name is this machine.</summary>
public sealed class PebbleServer : IAsyncDisposable
{
    private readonly List<Process> _processes = [];
    private readonly CertificateAuthority _authority = new("Authority of the ACME server");
    private readonly HttpClient _http;

    private PebbleServer(string folder)
    {
        AuthorityFile = _authority.Write(folder, "acme-ca.pem");
        var handler = new SocketsHttpHandler();
        _authority.Trust(handler);
        _http = new HttpClient(handler);
    }

    /// <summary>The authority that vouches for the server itself.</summary>
    public string AuthorityFile { get; }

    public Uri Directory { get; private set; } = null!;

    /// <param name="tlsPort">Where the server looks at proofs.</param>
    /// <param name="lifetime">Of the certificates that it gives.</param>
    public static async Task<PebbleServer> StartAsync(string folder, int tlsPort, TimeSpan lifetime)
    {
        var pebble = new PebbleServer(folder);
        var certificate = pebble._authority.WriteServer(folder, "acme");
        var (listen, manage, names) = (Free(), Free(), Free());
        var configuration = Path.Combine(folder, "pebble.json");
        await File.WriteAllTextAsync(configuration, JsonSerializer.Serialize(new
        {
            pebble = new
            {
                listenAddress = listen,
                managementListenAddress = manage,
                certificate = certificate.Certificate,
                privateKey = certificate.Key,
                httpPort = 1,
                tlsPort,
                certificateValidityPeriod = (long)lifetime.TotalSeconds,
            },
        }));
        pebble.Start("pebble-challtestsrv", "-defaultIPv6", "", "-dns01", names, "-http01", "", "-https01", "", "-tlsalpn01", "", "-management", Free());
        pebble.Start("pebble", "-config", configuration, "-dnsserver", names);
        pebble.Directory = new Uri($"https://{listen}/dir");
        await pebble.WaitAsync();
        return pebble;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        _http.Dispose();
        _authority.Dispose();
    }

    private static string Free() => ChildProcess.FreeAddress().Authority;

    private void Start(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PEBBLE_VA_NOSLEEP"] = "1";

        // Each fifth nonce is refused, so that a client has to come again.
        start.Environment["PEBBLE_WFE_NONCEREJECT"] = "20";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes.Add(process);
    }

    private async Task WaitAsync()
    {
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await tick.WaitForNextTickAsync(deadline.Token))
        {
            Assert.DoesNotContain(_processes, process => process.HasExited);
            try
            {
                using var answer = await _http.GetAsync(Directory, deadline.Token);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }
    }
}
