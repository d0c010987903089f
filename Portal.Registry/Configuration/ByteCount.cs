using System.Globalization;

namespace Portal.Registry.Configuration;

/// <summary>
/// Sizes as people write them: <c>4194304</c>, <c>4MiB</c>, <c>4MB</c>, <c>4m</c>. A unit is a power of 1024 whichever
/// way it is spelled, as Docker has it.
/// </summary>
public static class ByteCount
{
    private const string Units = "KMGT";

    /// <summary>Reads a whole number with at most one unit. False when it is none, or more than a <see cref="long"/> holds.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? text.AsSpan(0, end) : text;
        var unit = Exponent(text.AsSpan(digits.Length).Trim());
        bytes = 0;
        if (unit < 0
            || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > long.MaxValue >> (10 * unit))
        {
            return false;
        }

        bytes = number << (10 * unit);
        return true;
    }

    /// <summary>The shortest exact form, as <c>4MiB</c>; no unit where none divides the number.</summary>
    public static string Format(long bytes)
    {
        var unit = 0;
        while (bytes != 0 && bytes % 1024 == 0 && unit < Units.Length)
        {
            bytes /= 1024;
            unit++;
        }

        var number = bytes.ToString(CultureInfo.InvariantCulture);
        return unit == 0 ? number : $"{number}{Units[unit - 1]}iB";
    }

    /// <summary>The power of 1024; -1 when the text is no unit.</summary>
    private static int Exponent(ReadOnlySpan<char> unit)
    {
        if (unit.IsEmpty || unit.Equals("B", StringComparison.OrdinalIgnoreCase))
        {
            return 0;
        }

        var rest = unit[1..];
        var isUnit = rest.IsEmpty
            || rest.Equals("B", StringComparison.OrdinalIgnoreCase)
            || rest.Equals("iB", StringComparison.OrdinalIgnoreCase);
        var position = Units.IndexOf(char.ToUpperInvariant(unit[0]), StringComparison.Ordinal);
        return isUnit && position >= 0 ? position + 1 : -1;
    }
}
