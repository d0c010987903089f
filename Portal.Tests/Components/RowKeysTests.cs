using Portal.Web.Components.Controls;

namespace Portal.Tests.Components;

/// <summary>Which rows keep their elements as a long list is scrolled.</summary>
public sealed class RowKeysTests
{
    private readonly RowKeys _keys = new();

    [Fact]
    public void Of_ScrolledALittle_IsTheSameForRowsThatStay()
    {
        var before = Keys(1000, 52);

        Assert.Equal(before[10..], Keys(1010, 52)[..42]);
        Assert.Equal(before[..32], Keys(980, 52)[20..]);
    }

    [Theory]
    [InlineData(1052 + 1)]
    [InlineData(40_000)]
    [InlineData(100)]
    public void Of_ScrolledFar_IsThatOfTheRowsThatWent(int row)
    {
        var before = Keys(1000, 52);

        Assert.Equal(before, Keys(row, 52));
        Assert.Equal(before[10..], Keys(row + 10, 52)[..42]);
    }

    [Fact]
    public void Of_RowsThatAreAlwaysMade_IsTheirPlaceAndChangesNoOther()
    {
        var before = Keys(1000, 52);

        Assert.Equal(Enumerable.Range(0, 50), Keys(0, 50));
        Assert.Equal(before, Keys(1000, 52));
    }

    [Fact]
    public void Of_AListMadeWhole_IsAnotherForEachRow_AlsoAfterItWasScrolled()
    {
        Assert.Equal(300, Whole().Distinct().Count());
        Keys(200, 52);
        Keys(60, 52);

        Assert.Equal(300, Whole().Distinct().Count());

        int[] Whole() => [.. Enumerable.Range(0, 300).Select(row => _keys.Of(row, isWhole: true))];
    }

    private int[] Keys(int first, int count) => [.. Enumerable.Range(first, count).Select(row => _keys.Of(row))];
}
