using Portal.Storage.Tags;

namespace Portal.Tests.Unit.Tagging;

public sealed class TagOrderTests
{
    [Theory]
    [InlineData("1.9", "1.10")]
    [InlineData("1.0.0-rc.1", "1.0.0")]
    [InlineData("1.0.0-alpha", "1.0.0-beta")]
    [InlineData("1.0.0-rc.2", "1.0.0-rc.10")]
    [InlineData("1.0.0-1", "1.0.0-alpha")]
    [InlineData("1.0", "1.0.0")]
    [InlineData("v1.2", "1.3")]
    [InlineData("1.2", "v1.10")]
    [InlineData("3.19-alpine", "3.20-alpine")]
    [InlineData("20240131", "20241201")]
    [InlineData("99999999999999999999998", "99999999999999999999999")]
    [InlineData("2.0", "latest")]
    [InlineData("1.0", "1e5f0a")]
    [InlineData("alpha", "beta")]
    [InlineData("1.0", "1.00")]
    public void Compare_First_ComesBeforeTheSecond(string first, string second)
    {
        Assert.True(TagOrder.Compare(first, second) < 0);
        Assert.True(TagOrder.Compare(second, first) > 0);
        Assert.Equal(0, TagOrder.Compare(first, first));
    }

    [Fact]
    public void Compare_AnyTags_IsAnOrder()
    {
        string[] parts = ["1", "01", "10", "v1", "rc", "a", "1.", "1..0", "1-", "1_", "1-0", "1.0-", "latest", "v", "V2", "2-rc.1", "2-rc.01"];
        var tags = parts.SelectMany(first => parts.Select(second => first + second)).Concat(parts).Distinct().ToList();
        var sorted = tags.Order(Comparer<string>.Create(TagOrder.Compare)).ToList();

        for (var i = 0; i < sorted.Count; i++)
        {
            for (var j = i + 1; j < sorted.Count; j++)
            {
                Assert.True(TagOrder.Compare(sorted[i], sorted[j]) < 0, $"{sorted[i]} and {sorted[j]}");
            }
        }
    }
}
