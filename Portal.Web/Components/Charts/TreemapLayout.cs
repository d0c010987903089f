namespace Portal.Web.Components.Charts;

/// <summary>A rectangle, in per cent of the whole.</summary>
public readonly record struct TreemapTile(double Left, double Top, double Width, double Height);

/// <summary>
/// Divides an area among weights, so that tiles are as near to squares as they get: the squarified treemap of Bruls,
/// Huizing and van Wijk.
/// </summary>
public static class TreemapLayout
{
    /// <param name="weights">Largest first, none negative. What is zero gets a tile without an area.</param>
    /// <param name="aspect">Width of the area for a height of one.</param>
    /// <returns>A tile for each weight, in their order.</returns>
    public static IReadOnlyList<TreemapTile> Divide(IReadOnlyList<double> weights, double aspect)
    {
        var tiles = new List<TreemapTile>(weights.Count);
        var left = new Area(0, 0, aspect, 1);
        while (tiles.Count < weights.Count)
        {
            // Added up anew, since beside a giant the difference of two sums says nothing of small ones.
            var rest = weights.Skip(tiles.Count).Sum();
            var scale = rest > 0 ? left.Width * left.Height / rest : 0;
            var (count, sum) = TakeRow(weights, tiles.Count, left.Shorter, scale);
            left = Place(weights, count, sum, scale, left, tiles);
        }

        return [.. tiles.Select(tile => new TreemapTile(tile.Left / aspect * 100, tile.Top * 100, tile.Width / aspect * 100, tile.Height * 100))];
    }

    /// <summary>How many weights go side by side along the shorter side: as long as their worst tile gets no worse.</summary>
    private static (int Count, double Sum) TakeRow(IReadOnlyList<double> weights, int from, double side, double scale)
    {
        var (count, sum, worst) = (1, weights[from], WorstOf(weights[from], weights[from], weights[from], side, scale));
        while (from + count < weights.Count)
        {
            var smallest = weights[from + count];
            var next = WorstOf(weights[from], smallest, sum + smallest, side, scale);
            if (next > worst)
            {
                break;
            }

            (count, sum, worst) = (count + 1, sum + smallest, next);
        }

        return (count, sum);
    }

    /// <summary>The ratio of the sides of the tile in a row that is least like a square.</summary>
    private static double WorstOf(double largest, double smallest, double sum, double side, double scale)
    {
        var thickness = sum * scale / side;
        return Math.Max(largest * scale / (thickness * thickness), thickness * thickness / (smallest * scale));
    }

    private static Area Place(IReadOnlyList<double> weights, int count, double sum, double scale, Area area, List<TreemapTile> tiles)
    {
        var isColumn = area.Width >= area.Height;
        var thickness = area.Shorter > 0 ? Math.Min(sum * scale / area.Shorter, Math.Max(area.Width, area.Height)) : 0;
        var at = 0.0;
        for (var i = 0; i < count; i++)
        {
            var length = sum > 0 ? weights[tiles.Count] / sum * area.Shorter : 0;
            tiles.Add(isColumn
                ? new TreemapTile(area.Left, area.Top + at, thickness, length)
                : new TreemapTile(area.Left + at, area.Top, length, thickness));
            at += length;
        }

        return isColumn
            ? area with { Left = area.Left + thickness, Width = Math.Max(0, area.Width - thickness) }
            : area with { Top = area.Top + thickness, Height = Math.Max(0, area.Height - thickness) };
    }

    private readonly record struct Area(double Left, double Top, double Width, double Height)
    {
        public double Shorter => Math.Min(Width, Height);
    }
}
