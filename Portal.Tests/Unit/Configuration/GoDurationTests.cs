using Portal.Registry.Configuration;

namespace Portal.Tests.Unit.Configuration;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("300ms", 3_000_000)]
    [InlineData("10s", 100_000_000)]
    [InlineData("1.5h", 54_000_000_000)]
    [InlineData("168h1m", 6_048_600_000_000)]
    [InlineData("1000000000", 10_000_000)]
    [InlineData("-1s", -10_000_000)]
    [InlineData("+1s", 10_000_000)]
    [InlineData("1us", 10)]
    [InlineData("1µs", 10)]
    [InlineData(".5s", 5_000_000)]
    [InlineData("99ns", 0)]
    public void TryParse_GoNotation_GivesTicks(string text, long ticks)
    {
        Assert.True(GoDuration.TryParse(text, out var duration));
        Assert.Equal(ticks, duration.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("s")]
    [InlineData(".")]
    [InlineData(".s")]
    [InlineData("1.5")]
    [InlineData("1 s")]
    [InlineData("1d")]
    [InlineData("1s2")]
    [InlineData("1..5s")]
    [InlineData("1,5s")]
    [InlineData("10000000h")]
    [InlineData("99999999999999999999")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(GoDuration.TryParse(text, out _));
}
