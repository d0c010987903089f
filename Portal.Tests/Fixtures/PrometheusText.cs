using System.Globalization;
using System.Text.RegularExpressions;

namespace Portal.Tests.Fixtures;

/// <summary>Figures of one name, as Prometheus' text format has them.</summary>
public sealed record PrometheusFamily(string Name, string Type, IReadOnlyList<PrometheusSample> Samples)
{
    /// <summary>What sets each figure apart, without buckets' bounds.</summary>
    public IEnumerable<string> LabelSets => Samples.Select(sample => sample.Without("le")).Distinct();
}

/// <summary>One line.</summary>
/// <param name="Labels">In the order in which they stand.</param>
public sealed record PrometheusSample(string Name, IReadOnlyList<(string Name, string Value)> Labels, double Value)
{
    public string? Label(string name) => Labels.FirstOrDefault(label => label.Name == name).Value;

    public string Without(string name) => string.Join(",", Labels.Where(label => label.Name != name).OrderBy(label => label.Name, StringComparer.Ordinal));
}

/// <summary>
/// Reads Prometheus' text format 0.0.4, and refuses whatever `promtool check metrics` would: a line that is none, a family
/// in two pieces or without its TYPE, a series twice, a histogram that does not add up.
/// </summary>
public static partial class PrometheusText
{
    private static readonly string[] Types = ["counter", "gauge", "histogram", "summary", "untyped"];

    public static IReadOnlyDictionary<string, PrometheusFamily> Parse(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var families = new Dictionary<string, (string Type, List<PrometheusSample> Samples)>(StringComparer.Ordinal);
        string? current = null;
        string? help = null;
        foreach (var line in text[..^1].Split('\n'))
        {
            if (Head().Match(line) is { Success: true } head)
            {
                var name = head.Groups["name"].Value;
                if (head.Groups["what"].Value == "HELP")
                {
                    Assert.False(families.ContainsKey(name), $"{name} comes twice");
                    Assert.DoesNotMatch(@"(?<!\\)(\\\\)*\\[^\\n]", head.Groups["rest"].Value);
                    help = name;
                    continue;
                }

                Assert.Equal(help, name);
                Assert.Contains(head.Groups["rest"].Value, Types);
                families.Add(name, (head.Groups["rest"].Value, []));
                current = name;
                continue;
            }

            var sample = ParseSample(line);
            Assert.True(current is not null && Belongs(sample.Name, current, families[current].Type), $"{line} stands behind {current}");
            families[current].Samples.Add(sample);
        }

        foreach (var (name, (type, samples)) in families)
        {
            Assert.Distinct(samples.Select(sample => $"{sample.Name} {string.Join(",", sample.Labels.OrderBy(label => label.Name, StringComparer.Ordinal))}"));
            Assert.True(type != "counter" || samples.All(sample => sample.Value >= 0), $"{name} is a counter below zero");
            Assert.True(type != "counter" || name.EndsWith("_total", StringComparison.Ordinal), $"{name} is a counter without _total");
            if (type == "histogram")
            {
                CheckHistogram(name, samples);
            }
        }

        return families.ToDictionary(family => family.Key, family => new PrometheusFamily(family.Key, family.Value.Type, family.Value.Samples));
    }

    private static PrometheusSample ParseSample(string line)
    {
        var match = Sample().Match(line);
        Assert.True(match.Success, $"no line of the format: {line}");
        var labels = match.Groups["label"].Captures.Zip(match.Groups["value"].Captures, (name, value) => (name.Value, value.Value)).ToList();
        Assert.Distinct(labels.Select(label => label.Item1));
        return new PrometheusSample(match.Groups["name"].Value, labels, ParseNumber(match.Groups["number"].Value));
    }

    private static double ParseNumber(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    private static bool Belongs(string sample, string family, string type) => sample == family
        ? type is not "histogram"
        : type is "histogram" && sample == family + "_bucket" || type is "histogram" or "summary" && (sample == family + "_sum" || sample == family + "_count");

    private static void CheckHistogram(string name, List<PrometheusSample> samples)
    {
        foreach (var series in samples.GroupBy(sample => sample.Without("le")))
        {
            var buckets = series.Where(sample => sample.Name == name + "_bucket").ToList();
            var bounds = buckets.Select(bucket => ParseNumber(bucket.Label("le")!)).ToList();
            Assert.Equal(bounds.Order(), bounds);
            Assert.Equal(double.PositiveInfinity, bounds[^1]);
            Assert.Equal(buckets.Select(bucket => bucket.Value).Order(), buckets.Select(bucket => bucket.Value));
            Assert.Equal(buckets[^1].Value, series.Single(sample => sample.Name == name + "_count").Value);
            Assert.True(double.IsFinite(series.Single(sample => sample.Name == name + "_sum").Value));
        }
    }

    [GeneratedRegex(@"^# (?<what>HELP|TYPE) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<rest>.+)$")]
    private static partial Regex Head();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{((?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>([^"\\]|\\["\\n])*)"(,(?!\})|(?=\})))+\})? (?<number>[+-]Inf|NaN|[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?)$""")]
    private static partial Regex Sample();
}
