using System.Buffers;
using System.Globalization;

namespace Portal.Registry.Configuration;

/// <summary>Go's notation for a length of time: <c>300ms</c>, <c>1.5h</c>, <c>168h1m</c>; a bare number is nanoseconds.</summary>
public static class GoDuration
{
    private const decimal NanosecondsPerTick = 100;

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    private static readonly (string Unit, decimal Nanoseconds)[] Units =
    [
        ("ns", 1m), ("us", 1e3m), ("µs", 1e3m), ("μs", 1e3m), ("ms", 1e6m), ("s", 1e9m), ("m", 60e9m), ("h", 3600e9m),
    ];

    /// <summary>Reads a duration; finer than 100 ns is cut off. False when it is none or beyond Go's 292 years.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var rest = text.AsSpan();
        var sign = rest is ['-', ..] ? -1 : 1;
        rest = rest is ['-' or '+', ..] ? rest[1..] : rest;
        if (rest.IsEmpty)
        {
            return false;
        }

        var nanoseconds = 0m;
        var isBare = !rest.ContainsAnyExceptInRange('0', '9');
        while (!rest.IsEmpty)
        {
            // 18 digits keep every product below within decimal's range.
            var length = rest.IndexOfAnyExcept(NumberCharacters) is var end and >= 0 ? end : rest.Length;
            if (length > 18
                || !decimal.TryParse(rest[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            rest = rest[length..];
            var unit = isBare ? 1 : TakeUnit(ref rest);
            nanoseconds += number * unit;
            if (unit == 0 || nanoseconds > long.MaxValue)
            {
                return false;
            }
        }

        duration = TimeSpan.FromTicks((long)(sign * nanoseconds / NanosecondsPerTick));
        return true;
    }

    /// <summary>The unit in nanoseconds; 0 when there is none.</summary>
    private static decimal TakeUnit(ref ReadOnlySpan<char> rest)
    {
        var letters = rest.IndexOfAny(NumberCharacters) is var end and >= 0 ? rest[..end] : rest;
        foreach (var (unit, nanoseconds) in Units)
        {
            if (letters.SequenceEqual(unit))
            {
                rest = rest[letters.Length..];
                return nanoseconds;
            }
        }

        return 0;
    }
}
