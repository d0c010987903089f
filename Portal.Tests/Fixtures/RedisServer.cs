using System.Text.RegularExpressions;

namespace Portal.Tests.Fixtures;

/// <summary>A real <c>redis-server</c>, asked by <c>redis-cli</c>: another reader than the one under test.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly string[] _arguments;
    private readonly string[] _credentials;
    private ChildProcess? _process;

    private RedisServer(Uri address, string[] arguments, string[] credentials)
    {
        (Address, _arguments, _credentials) = (address, arguments, credentials);
    }

    public Uri Address { get; }

    /// <summary>As configurations name it: <c>127.0.0.1:PORT</c>.</summary>
    public string Server => Address.Authority;

    /// <param name="settings">More of its settings, as <c>--requirepass</c>, <c>secret</c>.</param>
    public static Task<RedisServer> StartAsync(params string[] settings) => StartAsync([], settings);

    /// <param name="credentials">What <c>redis-cli</c> has to say as well.</param>
    /// <param name="settings">More of the server's settings.</param>
    public static Task<RedisServer> StartAsync(string[] credentials, params string[] settings) =>
        StartAsync(ChildProcess.FreeAddress(), credentials, settings);

    /// <summary>One that speaks TLS alone, with clients that the authority vouches for.</summary>
    /// <param name="authority">Vouches for the server.</param>
    /// <param name="client">A PEM file of a client's certificate and key.</param>
    /// <param name="folder">Where the server's own files lie.</param>
    public static Task<RedisServer> StartTlsAsync(CertificateAuthority authority, string client, string folder)
    {
        var address = ChildProcess.FreeAddress();
        var server = authority.WriteServer(folder, "redis");
        var ca = authority.Write(folder, "redis-ca.pem");
        return StartAsync(
            address,
            ["--tls", "--cacert", ca, "--cert", client, "--key", client],
            ["--port", "0", "--tls-port", $"{address.Port}", "--tls-ca-cert-file", ca, "--tls-cert-file", server.Certificate, "--tls-key-file", server.Key]);
    }

    /// <summary>Three servers that share the keys.</summary>
    public static async Task<RedisServer[]> StartClusterAsync(TempFolder folder)
    {
        var nodes = new RedisServer[3];
        for (var node = 0; node < nodes.Length; node++)
        {
            // The servers speak to each other 10,000 ports above, which are nobody else's either.
            var address = ChildProcess.FreeAddress(below: 22_000);
            nodes[node] = await StartAsync(
                address, ["-c"], ["--cluster-enabled", "yes", "--cluster-config-file", folder.Combine($"nodes-{address.Port}.conf")]);
        }

        await ChildProcess.RunAsync("redis-cli", ["--cluster", "create", .. nodes.Select(node => node.Server), "--cluster-yes"]);
        return nodes;
    }

    /// <summary>A Sentinel that watches a master by the name of <c>master</c>.</summary>
    /// <param name="folder">Where its configuration lies, which it writes into.</param>
    /// <param name="settings">More lines of its configuration.</param>
    public static async Task<RedisServer> StartSentinelAsync(string folder, RedisServer master, params string[] settings)
    {
        var address = ChildProcess.FreeAddress();
        var path = Path.Combine(folder, $"sentinel-{address.Port}.conf");
        await File.WriteAllLinesAsync(path,
        [
            $"port {address.Port}", "bind 127.0.0.1",
            $"sentinel monitor master 127.0.0.1 {master.Address.Port} 1", "sentinel down-after-milliseconds master 1000", .. settings,
        ]);
        var sentinel = new RedisServer(address, [path, "--sentinel"], []);
        await sentinel.StartAsync();
        return sentinel;
    }

    private static async Task<RedisServer> StartAsync(Uri address, string[] credentials, string[] settings)
    {
        var redis = new RedisServer(
            address, ["--port", $"{address.Port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", .. settings], credentials);
        await redis.StartAsync();
        return redis;
    }

    /// <summary>The same server again, after <see cref="KillAsync"/>: with what was saved, which is nothing by itself.</summary>
    public async Task StartAsync() => _process = await ChildProcess.StartServerAsync(Address, "redis-server", _arguments);

    public async Task KillAsync() => await _process!.KillAsync();

    /// <summary>It keeps its connections and answers none, as one behind a broken network.</summary>
    public Task FreezeAsync() => _process!.SignalAsync("STOP");

    public Task ThawAsync() => _process!.SignalAsync("CONT");

    /// <returns>Each line of the answer.</returns>
    public async Task<string[]> AskAsync(params string[] command)
    {
        var answer = await ChildProcess.RunAsync("redis-cli", ["-p", $"{Address.Port}", .. _credentials, .. command]);
        return answer.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The digests that a repository has.</summary>
    public Task<string[]> BlobsOfAsync(string repository) => AskAsync("SMEMBERS", $"repository::{repository}::blobs");

    /// <summary>How often a command was run since the server started.</summary>
    public async Task<int> CallsOfAsync(string command)
    {
        var lines = await AskAsync("INFO", "commandstats");
        var line = lines.FirstOrDefault(line => line.StartsWith($"cmdstat_{command}:", StringComparison.Ordinal));
        return line is null ? 0 : int.Parse(Regex.Match(line, "calls=([0-9]+)").Groups[1].Value);
    }

    /// <summary>What <c>MONITOR</c> tells, from now on.</summary>
    public async Task<ChildProcess> MonitorAsync()
    {
        var monitor = ChildProcess.Start("redis-cli", ["-p", $"{Address.Port}", .. _credentials, "MONITOR"]);
        await Patience.UntilAsync(() => monitor.Output.Contains("OK") ? monitor : null, "MONITOR");
        return monitor;
    }

    /// <summary>Waits until <see cref="MonitorAsync"/> has told all that Redis was asked so far.</summary>
    public async Task MonitoredAsync(ChildProcess monitor)
    {
        var mark = $"mark-{Guid.NewGuid()}";
        await AskAsync("ECHO", mark);
        await Patience.UntilAsync(() => monitor.Output.FirstOrDefault(line => line.Contains(mark, StringComparison.Ordinal)), "the mark in MONITOR");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }
}
