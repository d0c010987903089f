using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Portal.Tests.Fixtures;

/// <summary>Programs of the real world, ended by their process id.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>Ends what hangs. A gigabyte that goes in and out takes a good part of a minute on an idle machine.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(10);

    /// <summary>Ends what hangs, too: programs that start side by side on few cores take their time.</summary>
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(5);

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private ChildProcess(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it wrote last, to standard output and to standard error.</summary>
    public IReadOnlyCollection<string> Output => _output;

    /// <summary>Runs a program to its end, and fails the test with its output when it fails.</summary>
    public static async Task<string> RunAsync(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var deadline = new CancellationTokenSource(LongestRun);
        using var ending = deadline.Token.Register(() => process.Kill(entireProcessTree: true));
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        Assert.True(process.ExitCode == 0, $"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await error} {await output}");
        return await output;
    }

    /// <summary>Starts a registry and waits until it answers, or at least takes connections where it speaks TLS.</summary>
    public static async Task<ChildProcess> StartRegistryAsync(
        Uri address, string file, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(file, arguments);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var http = new HttpClient();
        return await StartAsync(start, async cancellationToken =>
        {
            using var answer = await http.GetAsync(new Uri(address, "/v2/"), cancellationToken);
        });
    }

    /// <summary>Starts any other server and waits until it takes a connection.</summary>
    public static Task<ChildProcess> StartServerAsync(Uri address, string file, params string[] arguments)
    {
        return StartAsync(new ProcessStartInfo(file, arguments), async cancellationToken =>
        {
            using var client = new TcpClient();
            await client.ConnectAsync(address.Host, address.Port, cancellationToken);
        });
    }

    /// <summary>Starts a program and waits for nothing.</summary>
    public static ChildProcess Start(string file, params string[] arguments) => new(new ProcessStartInfo(file, arguments));

    private static async Task<ChildProcess> StartAsync(ProcessStartInfo start, Func<CancellationToken, Task> ask)
    {
        var process = new ChildProcess(start);
        try
        {
            await process.WaitUntilItAnswersAsync(start.FileName, ask);
            return process;
        }
        catch
        {
            // Else it would outlive the test.
            await process.DisposeAsync();
            throw;
        }
    }

    private async Task WaitUntilItAnswersAsync(string name, Func<CancellationToken, Task> ask)
    {
        using var deadline = new CancellationTokenSource(LongestStart);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await tick.WaitForNextTickAsync(deadline.Token))
        {
            Assert.False(_process.HasExited, $"{name} ended before it answered: {string.Join('\n', Output)}");
            try
            {
                await ask(deadline.Token);
                break;
            }
            catch (Exception exception) when (exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } or SocketException)
            {
                // Not listening yet.
            }
            catch (HttpRequestException)
            {
                break;
            }
        }
    }

    /// <summary>
    /// A free port, from below the range that the system hands to outgoing connections: none takes it meanwhile. Nor is it
    /// given to another test, which might have it while this one's server is away.
    /// </summary>
    /// <param name="below">The first port that it must not be, nor any above.</param>
    public static Uri FreeAddress(int below = 30_000)
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(20_000, below);
            if (!Given.TryAdd(port, true))
            {
                continue;
            }

            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return new Uri($"http://127.0.0.1:{port}");
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Another one.
            }
        }
    }

    /// <summary>Asks it to stop, as an orchestrator does: <c>SIGTERM</c>.</summary>
    public Task TerminateAsync() => SignalAsync("TERM");

    /// <param name="name">Of the signal, as <c>STOP</c>.</param>
    public Task SignalAsync(string name) => RunAsync("kill", $"-{name}", $"{_process.Id}");

    /// <summary>The files that it has in its memory: programs and libraries.</summary>
    public IReadOnlyList<string> MappedFiles() =>
        [.. File.ReadLines($"/proc/{_process.Id}/maps").Select(line => Path.GetFileName(line.Split(' ')[^1])).Distinct()];

    /// <summary>Bytes of memory that it had at the most.</summary>
    public long PeakMemory() =>
        long.Parse(File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) * 1024;

    /// <returns>The exit status, once it has ended by itself.</returns>
    public async Task<int> WaitForExitAsync()
    {
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    /// <summary>Ends it as a power cut would: <c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        const int Kept = 1000;
        if (line is not null)
        {
            _output.Enqueue(line);
            if (_output.Count > Kept)
            {
                _output.TryDequeue(out _);
            }
        }
    }
}
