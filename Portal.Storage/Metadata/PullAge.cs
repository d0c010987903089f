using System.Globalization;

namespace Portal.Storage.Metadata;

/// <summary>How long ago something was last pulled, as a condition: within some days, not for some days, or never.</summary>
/// <remarks>As text it is <c>30d</c>, <c>not-30d</c> and <c>never</c>.</remarks>
public sealed record PullAge
{
    private const int MaxDays = 36_500;
    private const string Not = "not-";
    private const string Day = "d";

    // Negative for not within so many days; zero for never.
    private readonly int _days;

    private PullAge(int days)
    {
        _days = days;
    }

    public static PullAge Never { get; } = new(0);

    /// <param name="days">1 to 36,500.</param>
    public static PullAge Within(int days) => new(Checked(days));

    /// <summary>What was never pulled is among it.</summary>
    /// <param name="days">1 to 36,500.</param>
    public static PullAge NotFor(int days) => new(-Checked(days));

    /// <returns>Null when the text means none.</returns>
    public static PullAge? Parse(string? text)
    {
        if (text is "never")
        {
            return Never;
        }

        var isNot = text?.StartsWith(Not, StringComparison.Ordinal) is true;
        var days = text.AsSpan(isNot ? Not.Length : 0);
        return days.EndsWith(Day, StringComparison.Ordinal)
            && int.TryParse(days[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= MaxDays
            ? new PullAge(isNot ? -count : count)
            : null;
    }

    public override string ToString() => _days switch
    {
        0 => "never",
        < 0 => string.Create(CultureInfo.InvariantCulture, $"{Not}{-_days}{Day}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{_days}{Day}"),
    };

    /// <summary>The last pull must not lie before this; null for no such condition.</summary>
    internal DateTimeOffset? From(DateTimeOffset now) => _days > 0 ? now.AddDays(-_days) : null;

    /// <summary>The last pull, if there is any, must lie before this; null for no such condition.</summary>
    internal DateTimeOffset? Before(DateTimeOffset now) => _days switch
    {
        0 => DateTimeOffset.MinValue,
        < 0 => now.AddDays(_days),
        _ => null,
    };

    private static int Checked(int days)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(days);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(days, MaxDays);
        return days;
    }
}
