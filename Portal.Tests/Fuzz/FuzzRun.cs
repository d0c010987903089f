using System.Diagnostics;
using System.Globalization;

namespace Portal.Tests.Fuzz;

/// <summary>
/// Repeats a round with random numbers: a fixed count from a fixed seed, or, with <c>PORTAL_FUZZ_SECONDS</c>, for that
/// long from another seed each time. A failure names the <c>PORTAL_FUZZ_SEED</c> whose first round is the one that failed.
/// </summary>
internal static class FuzzRun
{
    private const int FixedSeed = 20261125;

    private static readonly int? Seconds = ReadVariable("PORTAL_FUZZ_SECONDS");

    public static void Repeat(int rounds, Action<Random> round)
    {
        var (seed, watch) = Begin();
        for (var number = 0; IsLeft(number, rounds, watch); number++)
        {
            try
            {
                round(new Random(seed + number));
            }
            catch (Exception exception)
            {
                throw Failed(seed + number, exception);
            }
        }
    }

    public static async Task RepeatAsync(int rounds, Func<Random, Task> round)
    {
        var (seed, watch) = Begin();
        for (var number = 0; IsLeft(number, rounds, watch); number++)
        {
            try
            {
                await round(new Random(seed + number));
            }
            catch (Exception exception)
            {
                throw Failed(seed + number, exception);
            }
        }
    }

    private static (int Seed, Stopwatch Watch) Begin()
    {
        var seed = ReadVariable("PORTAL_FUZZ_SEED") ?? (Seconds is null ? FixedSeed : Random.Shared.Next(int.MaxValue / 2));
        return (seed, Stopwatch.StartNew());
    }

    private static bool IsLeft(int number, int rounds, Stopwatch watch) =>
        Seconds is { } seconds ? watch.Elapsed.TotalSeconds < seconds : number < rounds;

    private static InvalidOperationException Failed(int seed, Exception exception) =>
        new($"PORTAL_FUZZ_SEED={seed} begins with the round that failed: {exception.Message}", exception);

    private static int? ReadVariable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
