using System.Globalization;
using System.Text;

namespace Portal.Registry.Observability.Metrics;

/// <summary>Everything that is measured, in Prometheus' text format 0.0.4.</summary>
public static class MetricsText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(IEnumerable<MetricsSource> sources)
    {
        var text = new StringBuilder();
        foreach (var family in sources.SelectMany(source => source.Families))
        {
            var name = family.Name;
            text.Append("# HELP ").Append(name).Append(' ').Append(EscapeHelp(family.Help)).Append('\n');
            text.Append("# TYPE ").Append(name).Append(' ').Append(family.Kind.ToString().ToLowerInvariant()).Append('\n');
            foreach (var sample in family.Read())
            {
                Write(text, name, family.Kind, sample);
            }
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, string name, MetricKind kind, MetricSample sample)
    {
        if (sample.Spread is { } spread)
        {
            var upTo = 0L;
            for (var i = 0; i < spread.Bounds.Count; i++)
            {
                upTo += spread.Buckets[i];
                Line(text, name, "_bucket", [.. sample.Labels, ("le", GoNumber(spread.Bounds[i] / sample.PerUnit))], upTo);
            }

            Line(text, name, "_bucket", [.. sample.Labels, ("le", "+Inf")], spread.Count);
            Line(text, name, "_sum", sample.Labels, spread.Sum / sample.PerUnit);
            Line(text, name, "_count", sample.Labels, spread.Count);
            return;
        }

        if (kind is MetricKind.Summary)
        {
            Line(text, name, "_sum", sample.Labels, sample.Value);
            Line(text, name, "_count", sample.Labels, sample.Count);
            return;
        }

        Line(text, name, string.Empty, sample.Labels, sample.Value);
    }

    private static void Line(StringBuilder text, string name, string suffix, (string Name, string Value)[] labels, double value)
    {
        text.Append(name).Append(suffix);
        for (var i = 0; i < labels.Length; i++)
        {
            text.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"").Append(EscapeValue(labels[i].Value)).Append('"');
        }

        text.Append(labels.Length == 0 ? " " : "} ").Append(Number(value)).Append('\n');
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>As upstream writes a bound: it is a label, so that two ways to write it are two series.</summary>
    private static string GoNumber(double number) =>
        number.ToString(number >= 1e6 ? "0.################e+00" : "R", CultureInfo.InvariantCulture);

    private static string EscapeHelp(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string EscapeValue(string text) => EscapeHelp(text).Replace("\"", "\\\"", StringComparison.Ordinal);
}
