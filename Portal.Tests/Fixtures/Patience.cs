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
}
