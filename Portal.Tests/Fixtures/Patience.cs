using System.Diagnostics;
using System.Runtime.CompilerServices;
using Bunit;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Fixtures;

/// <summary>
/// How long a test waits for what must come, before it says that it never came. A busy machine takes its time, and a
/// test that waits for a condition costs no more for a far deadline.
/// </summary>
internal static class Patience
{
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    [ModuleInitializer]
    internal static void Apply()
    {
        BunitContext.DefaultWaitTimeout = Deadline;
        SetDefaultExpectTimeout((float)Deadline.TotalMilliseconds);
    }

    /// <summary>
    /// Looks again and again until there is something; fails at the deadline with what was waited for.
    /// <paramref name="within"/> is for work that takes a good part of a minute on an idle machine.
    /// </summary>
    public static async Task<T> UntilAsync<T>(Func<T?> look, string what, TimeSpan? within = null)
        where T : class
    {
        var deadline = within ?? Deadline;
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var started = Stopwatch.StartNew(); started.Elapsed < deadline; await tick.WaitForNextTickAsync())
        {
            if (look() is { } found)
            {
                return found;
            }
        }

        throw new TimeoutException($"{what} did not come");
    }
}
