using System.Globalization;
using System.Text;

namespace Portal.Bench;

/// <summary>The figures as a table in Markdown.</summary>
public static class Table
{
    public const string Head = """
        | workload | | ours | docker-registry | ratio (min – max) | goal | p99 ms | CPU s | peak MiB |
        | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
        """;

    /// <summary>One row: medians of the rounds, and the ratios of each round's pair.</summary>
    public static string Row(Workload workload, IReadOnlyList<Sample> ours, IReadOnlyList<Sample> theirs)
    {
        var ratios = ours.Zip(theirs, (our, their) => workload.LowerIsBetter
            ? their.Outcome.Value / our.Outcome.Value
            : our.Outcome.Value / their.Outcome.Value).Order().ToArray();
        var row = new StringBuilder();
        row.Append(CultureInfo.InvariantCulture, $"| {workload.Name} | {workload.Unit} ");
        row.Append(CultureInfo.InvariantCulture, $"| {Show(Median(ours, sample => sample.Outcome.Value))} | {Show(Median(theirs, sample => sample.Outcome.Value))} ");
        row.Append(CultureInfo.InvariantCulture, $"| **{Show(Median(ratios))}×** ({Show(ratios[0])} – {Show(ratios[^1])}) | {Goal(workload, Median(ratios), ours)} ");
        row.Append(CultureInfo.InvariantCulture, $"| {P99(ours)} : {P99(theirs)} ");
        row.Append(CultureInfo.InvariantCulture, $"| {Show(Median(ours, sample => sample.CpuSeconds))} : {Show(Median(theirs, sample => sample.CpuSeconds))} ");
        row.Append(CultureInfo.InvariantCulture, $"| {ours.Max(sample => sample.PeakMiB):0} : {theirs.Max(sample => sample.PeakMiB):0} |");
        return row.ToString();
    }

    private static string Goal(Workload workload, double ratio, IReadOnlyList<Sample> ours)
    {
        if (workload.Limit > 0)
        {
            var met = Median(ours, sample => sample.Outcome.Value) <= workload.Limit;
            return $"≤ {Show(workload.Limit)} {workload.Unit} {(met ? "✓" : "✗")}";
        }

        return workload.Target > 0 ? $"{Show(workload.Target)}× {(ratio >= workload.Target ? "✓" : "✗")}" : string.Empty;
    }

    private static string P99(IReadOnlyList<Sample> samples)
    {
        return samples.All(sample => sample.Outcome.P99 is not null) ? Show(Median(samples, sample => sample.Outcome.P99!.Value)) : "–";
    }

    private static double Median(IReadOnlyList<Sample> samples, Func<Sample, double> value)
    {
        return Median([.. samples.Select(value).Order()]);
    }

    private static double Median(double[] ordered)
    {
        return (ordered[ordered.Length / 2] + ordered[(ordered.Length - 1) / 2]) / 2;
    }

    private static string Show(double value)
    {
        return value.ToString(value switch { >= 100 => "#,0", >= 10 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture);
    }
}
