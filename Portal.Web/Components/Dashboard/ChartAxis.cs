using Portal.Web.Components.Controls;
using Portal.Web.Words;

namespace Portal.Web.Components.Dashboard;

/// <summary>What a chart's numbers are.</summary>
public enum ChartUnit
{
    Count,

    /// <summary>Whole things.</summary>
    Whole,
    Bytes,
    BytesPerSecond,
}

/// <summary>The axis of values: it begins at zero and has marks at round numbers.</summary>
/// <param name="Marks">Ascending, from zero to the top.</param>
public sealed record ChartAxis(IReadOnlyList<double> Marks)
{
    private const int Steps = 4;

    public double Top => Marks[^1];

    /// <param name="largest">The largest value to be shown.</param>
    public static ChartAxis For(double largest, ChartUnit unit)
    {
        // Units of bytes are powers of two, so that round numbers of them are not those of ten.
        var unitSize = unit is ChartUnit.Bytes or ChartUnit.BytesPerSecond && largest >= 1024
            ? Math.Pow(1024, Math.Floor(Math.Log(largest, 1024)))
            : 1;
        var step = unitSize == 1 ? RoundUp(largest / Steps) : Math.Pow(2, Math.Ceiling(Math.Log2(largest / unitSize / Steps) - 1e-9));
        step = unit is ChartUnit.Count && largest > 0 ? step : Math.Max(step, unitSize == 1 ? 1 : step);
        var count = Math.Max((int)Math.Ceiling(largest / unitSize / step - 1e-9), 1);
        return new ChartAxis([.. Enumerable.Range(0, count + 1).Select(mark => mark * step * unitSize)]);
    }

    /// <summary>A value as the axis, the legend and the table show it.</summary>
    public static string Format(double value, ChartUnit unit) => unit switch
    {
        ChartUnit.Bytes => ByteSize.Format((long)value),
        ChartUnit.BytesPerSecond => ByteSize.Format((long)value) + "/s",
        _ => value.ToString(value is > 0 and < 10 ? "0.##" : "#,0.#", Language.Current.Culture),
    };

    /// <summary>The next of 1, 2, 5, 10, 20 …</summary>
    private static double RoundUp(double value)
    {
        if (value <= 0)
        {
            return 1;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        var rest = value / power;
        return (rest <= 1 + 1e-9 ? 1 : rest <= 2 + 1e-9 ? 2 : rest <= 5 + 1e-9 ? 5 : 10) * power;
    }
}
