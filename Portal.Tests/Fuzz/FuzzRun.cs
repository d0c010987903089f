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

    public static Task RepeatAsync(int rounds, Action<Random> round) => RepeatAsync(rounds, random =>
    {
        round(random);
        return Task.CompletedTask;
    });

    public static async Task RepeatAsync(int rounds, Func<Random, Task> round)
    {
        var seed = ReadVariable("PORTAL_FUZZ_SEED") ?? (Seconds is null ? FixedSeed : Random.Shared.Next(int.MaxValue / 2));
        var watch = Stopwatch.StartNew();
        for (var number = 0; Seconds is { } seconds ? watch.Elapsed.TotalSeconds < seconds : number < rounds; number++)
        {
            try
            {
                await round(new Random(seed + number));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"PORTAL_FUZZ_SEED={seed + number} begins with the round that failed: {exception.Message}", exception);
            }
        }
    }

    private static int? ReadVariable(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
