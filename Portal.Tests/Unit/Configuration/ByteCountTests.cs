using Portal.Registry.Configuration;

namespace Portal.Tests.Unit.Configuration;

public sealed class ByteCountTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("4194304", 4 * 1024 * 1024)]
    [InlineData("4MiB", 4 * 1024 * 1024)]
    [InlineData("4MB", 4 * 1024 * 1024)]
    [InlineData("4M", 4 * 1024 * 1024)]
    [InlineData("4m", 4 * 1024 * 1024)]
    [InlineData("4 mib", 4 * 1024 * 1024)]
    [InlineData("8KiB", 8 * 1024)]
    [InlineData("8k", 8 * 1024)]
    [InlineData("512B", 512)]
    [InlineData("2G", 2L * 1024 * 1024 * 1024)]
    [InlineData("1TiB", 1024L * 1024 * 1024 * 1024)]
    public void TryParse_NumberAndUnit_GivesBytes(string text, long bytes)
    {
        Assert.True(ByteCount.TryParse(text, out var actual));
        Assert.Equal(bytes, actual);
    }

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("-1")]
    [InlineData("1.5M")]
    [InlineData("4 M B")]
    [InlineData("4Mi")]
    [InlineData("4X")]
    [InlineData("4iB")]
    [InlineData("1,000")]
    [InlineData("9223372036854775808")]
    [InlineData("9007199254740992K")]
    [InlineData("99999999999999T")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(ByteCount.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(128, "128")]
    [InlineData(1024, "1KiB")]
    [InlineData(1536, "1536")]
    [InlineData(4 * 1024 * 1024, "4MiB")]
    public void Format_Bytes_IsTheShortestExactForm(long bytes, string expected)
    {
        Assert.Equal(expected, ByteCount.Format(bytes));
        Assert.True(ByteCount.TryParse(expected, out var back));
        Assert.Equal(bytes, back);
    }
}
