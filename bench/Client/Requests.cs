using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Portal.Bench;

/// <summary>The same small request again and again.</summary>
public static partial class Requests
{
    public const int Connections = 64;
    private const string OciManifest = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>GETs over 64 connections, by <c>wrk</c>, which also takes their times.</summary>
    public static Workload Get(string name, string path, double target) => new(name, "/s", (server, _) =>
    {
        Probe(server, "GET", path, null);
        return new Turn(() => Wrk($"http://127.0.0.1:{server.Port}{path}"));
    })
    { Target = target };

    /// <summary>
    /// Requests over 64 connections by our own client, which takes every answer: <c>wrk</c> waits for a body after HEAD,
    /// and goes away from a server that is still busy with its last requests.
    /// </summary>
    /// <param name="authorization">A header's value; null for none.</param>
    public static Workload Ask(string method, string name, string path, double target, string? authorization) =>
        new(name, "/s", (server, _) =>
        {
            Probe(server, method, path, authorization);
            return new Turn(() => Ask(server, method, path, authorization));
        })
        { Target = target };

    /// <summary>GETs one after the other over one connection: for answers that may take seconds.</summary>
    public static Workload GetInTurn(string name, string path, double target) => new(name, "/s", (server, _) => new Turn(() =>
    {
        using var connection = new HttpConnection(server.Port);
        var clock = Stopwatch.StartNew();
        var answered = 0;
        do
        {
            connection.Send("GET", path).Expect(200);
            answered++;
        }
        while (clock.Elapsed < Program.Duration);
        return new Outcome(answered / clock.Elapsed.TotalSeconds);
    }))
    { Target = target };

    /// <summary>A load of errors would be fast: look once that it is the right answer.</summary>
    private static void Probe(Server server, string method, string path, string? authorization)
    {
        using var connection = new HttpConnection(server.Port);
        connection.SendHead(method, path, authorization is null ? "X-Bench: 1" : "Authorization: " + authorization);
        connection.Receive(hasBody: method == "GET").Expect(200);
    }

    private static Outcome Wrk(string address)
    {
        var seconds = Math.Max(1, (int)Program.Duration.TotalSeconds);
        string[] arguments = ["-t2", $"-c{Connections}", $"-d{seconds}s", "--timeout", "60s", "--latency", "-H", "Accept: " + OciManifest, address];
        using var wrk = Process.Start(new ProcessStartInfo("wrk", arguments) { RedirectStandardOutput = true })!;
        var output = wrk.StandardOutput.ReadToEnd();
        wrk.WaitForExit();
        if (RatePattern().Match(output) is not { Success: true } rate || output.Contains("Non-2xx", StringComparison.Ordinal))
        {
            throw new BenchException($"wrk found no good answers at {address}:\n{output}");
        }

        var p99 = P99Pattern().Match(output);
        return new Outcome(
            double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture),
            double.Parse(p99.Groups[1].Value, CultureInfo.InvariantCulture) * p99.Groups[2].Value switch { "us" => 0.001, "ms" => 1, _ => 1000 });
    }

    /// <summary>
    /// Two threads, each of which writes a request on all its connections and then reads the answers. A request's time runs
    /// from its writing to its answer's reading, so it holds what the client still reads of the connections before it.
    /// </summary>
    private static Outcome Ask(Server server, string method, string path, string? authorization)
    {
        var times = new List<long>();
        var clock = Stopwatch.StartNew();
        Threads.Run(2, () =>
        {
            var own = new List<long>();
            var connections = Enumerable.Range(0, Connections / 2).Select(_ => new HttpConnection(server.Port)).ToArray();
            var written = new long[connections.Length];
            var head = connections[0].Head(method, path, authorization is null ? "X-Bench: 1" : "Authorization: " + authorization);
            while (clock.Elapsed < Program.Duration)
            {
                for (var i = 0; i < connections.Length; i++)
                {
                    written[i] = Stopwatch.GetTimestamp();
                    connections[i].Write(head);
                }

                for (var i = 0; i < connections.Length; i++)
                {
                    connections[i].Receive(hasBody: method == "GET").Expect(200);
                    own.Add(Stopwatch.GetTimestamp() - written[i]);
                }
            }

            Array.ForEach(connections, connection => connection.Dispose());
            lock (times)
            {
                times.AddRange(own);
            }
        });
        var seconds = clock.Elapsed.TotalSeconds;
        times.Sort();
        var p99 = times[(int)Math.Ceiling(times.Count * 0.99) - 1];
        return new Outcome(times.Count / seconds, p99 * 1000.0 / Stopwatch.Frequency);
    }

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex RatePattern();

    [GeneratedRegex(@"99%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex P99Pattern();
}
