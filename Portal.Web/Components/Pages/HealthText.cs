using Portal.Registry.Health;
using Portal.Web.Words;

namespace Portal.Web.Components.Pages;

/// <summary>Health checks in words.</summary>
public static class HealthText
{
    /// <summary>Well, failing, or how far it is on the way there.</summary>
    public static string State(CheckState check) => check switch
    {
        { IsFailing: true } => HealthWords.Failing,
        { LastRun: null } => HealthWords.NotLooked,
        { FailuresInARow: > 0 } => HealthWords.FailuresOf.With(check.FailuresInARow, check.Pace.Threshold),
        _ => HealthWords.Well,
    };

    /// <summary>What is looked at.</summary>
    public static string Kind(CheckState check) => check.Kind switch
    {
        "storage" => HealthWords.KindStorage,
        "file" => HealthWords.KindFile,
        var kind => kind,
    };

    /// <summary>How the state is coloured.</summary>
    public static string Class(CheckState check) => check switch
    {
        { IsFailing: true } => "ill",
        { LastRun: null } => "",
        { FailuresInARow: > 0 } => "doubtful",
        _ => "well",
    };

    public static string Interval(CheckState check) => HealthWords.Every.With(Span(check.Pace.Interval));

    public static string Threshold(CheckState check) => HealthWords.FailureCount.With(check.Pace.Threshold);

    /// <summary>How often, and what counts, in a line.</summary>
    public static string Pace(CheckState check) => HealthWords.Pace.With(Span(check.Pace.Interval), check.Pace.Threshold);

    /// <summary>A span with its unit: <c>12 ms</c>, <c>10 s</c>, <c>5 min</c>, <c>2 h</c>.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalMilliseconds: < 1 } => HealthWords.LessThanOne,
        { TotalSeconds: < 1 } => Text(span.TotalMilliseconds, "ms"),
        { TotalMinutes: < 2 } => Text(span.TotalSeconds, "s"),
        { TotalHours: < 2 } => Text(span.TotalMinutes, "min"),
        { TotalDays: < 3 } => Text(span.TotalHours, "h"),
        _ => Text(span.TotalDays, "d"),
    };

    private static string Text(double value, string unit) => string.Create(Language.Current.Culture, $"{value:0.#} {unit}");
}
