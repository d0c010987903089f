using CsCheck;
using Portal.Web.Components.Charts;

namespace Portal.Tests.Unit.Web;

public sealed class TreemapLayoutTests
{
    [Fact]
    public void Divide_ExampleOfThePaper_IsAsInThePaper()
    {
        var tiles = TreemapLayout.Divide([6, 6, 4, 3, 2, 2, 1], 1.5);

        // Six by four: the two sixes stand on each other in the left half.
        Assert.Equal((0, 0, 50, 50), Rounded(tiles[0]));
        Assert.Equal((0, 50, 50, 50), Rounded(tiles[1]));
        Assert.Equal((50, 0, 29, 58), Rounded(tiles[2]));
    }

    [Fact]
    public void Divide_AnyWeights_TheTilesFillTheWhole_EachByItsWeight()
    {
        Gen.Double[0, 1e12].Array[0, 60].Select(Gen.Double[.3, 4]).Sample((weights, aspect) =>
        {
            var sorted = weights.OrderDescending().ToArray();
            var tiles = TreemapLayout.Divide(sorted, aspect);

            Assert.Equal(sorted.Length, tiles.Count);
            var sum = sorted.Sum();
            for (var i = 0; i < tiles.Count && sum > 0; i++)
            {
                var tile = tiles[i];
                Assert.Equal(sorted[i] / sum * 10_000, tile.Width * tile.Height, .01);
                Assert.InRange(tile.Left, 0, 100.0001 - tile.Width);
                Assert.InRange(tile.Top, 0, 100.0001 - tile.Height);
            }
        });
    }

    [Fact]
    public void Divide_AGiantBesideDust_StaysWithinTheWhole()
    {
        Assert.All(
            TreemapLayout.Divide([438_954_538_471.5108, 3.0 / 23, 9801E-89, 0], 257.0 / 74),
            tile => Assert.InRange(tile.Top + tile.Height, 0, 100.0001));
    }

    [Fact]
    public void Divide_NothingButZeroes_IsTilesWithoutAnArea()
    {
        var tiles = TreemapLayout.Divide([0, 0], 2);

        Assert.Equal(2, tiles.Count);
        Assert.All(tiles, tile => Assert.Equal(0, tile.Width * tile.Height));
    }

    private static (int Left, int Top, int Width, int Height) Rounded(TreemapTile tile) =>
        ((int)Math.Round(tile.Left), (int)Math.Round(tile.Top), (int)Math.Round(tile.Width), (int)Math.Round(tile.Height));
}
