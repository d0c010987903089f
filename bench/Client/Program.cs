using System.Diagnostics;
using System.Globalization;

namespace Portal.Bench;

/// <summary>
/// Drives the portal and Debian's <c>docker-registry</c> with the same requests in turns, and prints what each did.
/// See <c>bench/run.sh</c>.
/// </summary>
public static class Program
{
    private static readonly Stopwatch Clock = Stopwatch.StartNew();

    /// <summary>Measured rounds; one more comes first and warms both servers up.</summary>
    public static int Rounds { get; private set; } = 5;

    /// <summary>How long one turn asks for the same thing.</summary>
    public static TimeSpan Duration { get; private set; } = TimeSpan.FromSeconds(3);

    public static int Main(string[] arguments)
    {
        // PORTAL FOLDER-IN-MEMORY FOLDER-ON-DISK [ROUNDS [SECONDS [PART-OF-A-NAME]]]
        var (portal, memory, disk) = (arguments[0], arguments[1], arguments[2]);
        Rounds = arguments.Length > 3 ? int.Parse(arguments[3], CultureInfo.InvariantCulture) : Rounds;
        Duration = arguments.Length > 4 ? TimeSpan.FromSeconds(double.Parse(arguments[4], CultureInfo.InvariantCulture)) : Duration;
        var wanted = arguments.Length > 5 ? arguments[5] : string.Empty;
        try
        {
            Console.WriteLine(Table.Head);
            foreach (var scene in Scenes.All(portal, memory, disk))
            {
                var workloads = scene.Workloads.Where(workload => workload.Name.Contains(wanted, StringComparison.OrdinalIgnoreCase)).ToList();
                if (workloads.Count > 0)
                {
                    Play(scene, workloads);
                }
            }

            return 0;
        }
        catch (BenchException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }
    }

    private static void Play(Scene scene, List<Workload> workloads)
    {
        Progress($"{scene.Name}: getting ready");
        using var servers = scene.Start();
        foreach (var workload in workloads)
        {
            var ours = new List<Sample>();
            var theirs = new List<Sample>();
            for (var round = 0; round <= Rounds; round++)
            {
                var our = Take(workload, servers.Ours, round);
                var their = Take(workload, servers.Theirs, round);
                Progress($"{workload.Name} {round}/{Rounds}: {our.Outcome.Value:0.##} and {their.Outcome.Value:0.##} {workload.Unit}");
                if (round > 0)
                {
                    ours.Add(our);
                    theirs.Add(their);
                }
            }

            Console.WriteLine(Table.Row(workload, ours, theirs));
        }
    }

    private static Sample Take(Workload workload, Server server, int round)
    {
        var turn = workload.Prepare(server, round);
        server.ResetPeak();
        var before = server.CpuSeconds;
        var outcome = turn.Run();
        var sample = new Sample(outcome, (server.CpuSeconds - before) / outcome.Times, server.PeakMiB);
        turn.CleanUp?.Invoke();
        return sample;
    }

    private static void Progress(string text)
    {
        Console.Error.WriteLine($"[{Clock.Elapsed:hh\\:mm\\:ss}] {text}");
    }
}
