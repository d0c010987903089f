using System.Globalization;
using Portal.Registry.Health;

namespace Portal.Web.Components.Pages;

/// <summary>Health checks in words.</summary>
public static class HealthText
{
    /// <summary>Well, failing, or how far it is on the way there.</summary>
    public static string State(CheckState check) => check switch
    {
        { IsFailing: true } => "failing",
        { LastRun: null } => "not looked yet",
        { FailuresInARow: > 0 } => $"{check.FailuresInARow} of {check.Pace.Threshold} failures",
        _ => "well",
    };

    /// <summary>How the state is coloured.</summary>
    public static string Class(CheckState check) => check switch
    {
        { IsFailing: true } => "ill",
        { LastRun: null } => "",
        { FailuresInARow: > 0 } => "doubtful",
        _ => "well",
    };

    public static string Interval(CheckState check) => $"every {Span(check.Pace.Interval)}";

    public static string Threshold(CheckState check) => check.Pace.Threshold == 1 ? "1 failure" : $"{check.Pace.Threshold} failures";

    /// <summary>How often, and what counts, in a line.</summary>
    public static string Pace(CheckState check) => $"{Interval(check)}, fails after {Threshold(check)}";

    /// <summary>A span with its unit: <c>12 ms</c>, <c>10 s</c>, <c>5 min</c>, <c>2 h</c>.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalMilliseconds: < 1 } => "less than 1 ms",
        { TotalSeconds: < 1 } => Text(span.TotalMilliseconds, "ms"),
        { TotalMinutes: < 2 } => Text(span.TotalSeconds, "s"),
        { TotalHours: < 2 } => Text(span.TotalMinutes, "min"),
        _ => Text(span.TotalHours, "h"),
    };

    private static string Text(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {unit}");
}
