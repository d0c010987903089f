using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>The README's "memory does not grow with their size", by the script that anyone can run.</summary>
public sealed class MemoryTests
{
    [Fact]
    public async Task PushAndPull_OfOneGibibyte_TakeAtMost60MebibytesMore()
    {
        var portal = Path.Combine(AppContext.BaseDirectory, "Portal.Web.dll");

        var report = await ChildProcess.RunAsync(
            "env", $"SERVER=dotnet {portal} serve", "bash", Path.Combine(SolutionFolder.Path, "bench", "memory.sh"));

        Assert.Contains("1024 MiB", report, StringComparison.Ordinal);
    }
}
