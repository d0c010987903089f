using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Portal.Bench;

/// <summary>A registry under test, as a process of its own on loopback.</summary>
public sealed class Server : IDisposable
{
    private const int TicksPerSecond = 100;
    private readonly Process _process;

    private Server(string name, Process process, int port, string root)
    {
        Name = name;
        _process = process;
        Port = port;
        Root = root;
    }

    /// <summary>Also a part of repository names, so that servers that share a store stay apart.</summary>
    public string Name { get; }

    public int Port { get; }

    /// <summary>The store's root folder.</summary>
    public string Root { get; }

    /// <summary>From the start of the process to its first answer.</summary>
    public TimeSpan StartTime { get; private init; }

    /// <summary>Processor time that the process has taken so far, in its own code and in the kernel.</summary>
    public double CpuSeconds
    {
        get
        {
            // Fields 14 and 15 of the line; the second one, the name, may hold spaces and ends with the last parenthesis.
            var line = File.ReadAllText($"/proc/{_process.Id}/stat");
            var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
            return (Number(fields[11]) + Number(fields[12])) / TicksPerSecond;
        }
    }

    public double ResidentMiB => Memory("VmRSS:");

    /// <summary>The largest resident memory since <see cref="ResetPeak"/>.</summary>
    public double PeakMiB => Memory("VmHWM:");

    /// <summary>Starts a server with equal settings for both kinds, and waits until it answers.</summary>
    public static Server Start(ServerKind kind, string root, string folder, string? htpasswd)
    {
        Directory.CreateDirectory(root);
        var port = FreePort();
        var configuration = Path.Combine(folder, $"{kind.Name}-{port}.yml");
        var auth = htpasswd is null ? string.Empty : $"auth: {{htpasswd: {{realm: bench, path: {htpasswd}}}}}\n";
        File.WriteAllText(configuration, $"""
            version: 0.1
            log: {"{"}level: error, accesslog: {"{"}disabled: true{"}"}{"}"}
            storage:
              filesystem: {"{"}rootdirectory: {root}{"}"}
              delete: {"{"}enabled: true{"}"}
              cache: {"{"}blobdescriptor: inmemory{"}"}
            http: {"{"}addr: '127.0.0.1:{port}', secret: bench{"}"}
            {auth}{kind.Settings(FreePort(), Path.Combine(folder, $"{kind.Name}-{port}"))}
            """);
        var log = File.CreateText(Path.ChangeExtension(configuration, ".log"));
        var start = new ProcessStartInfo(kind.Command, [.. kind.Arguments, configuration])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var clock = Stopwatch.StartNew();
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Write(log, line.Data);
        process.ErrorDataReceived += (_, line) => Write(log, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var pause = new SpinWait();
        while (!Answers(port))
        {
            pause.SpinOnce(sleep1Threshold: 0);
            if (process.HasExited || clock.Elapsed > TimeSpan.FromMinutes(1))
            {
                process.WaitForExit();
                throw new BenchException($"{kind.Name} did not start; its output is in {Path.ChangeExtension(configuration, ".log")}");
            }
        }

        return new Server(kind.Name, process, port, root) { StartTime = clock.Elapsed };
    }

    public void ResetPeak()
    {
        File.WriteAllText($"/proc/{_process.Id}/clear_refs", "5");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static bool Answers(int port)
    {
        try
        {
            using var connection = new HttpConnection(port);
            return connection.Send("GET", "/v2/").Status is 200 or 401;
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return false;
        }
    }

    private static void Write(TextWriter log, string? line)
    {
        lock (log)
        {
            log.WriteLine(line);
            log.Flush();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private double Memory(string name)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return Number(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]) / 1024;
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>How a kind of server is started.</summary>
/// <param name="Settings">Lines of its configuration that the other kind does not have, from a free port and a folder of its own.</param>
public sealed record ServerKind(string Name, string Command, string[] Arguments, Func<int, string, string> Settings);
