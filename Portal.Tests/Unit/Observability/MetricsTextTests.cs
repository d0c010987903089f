using Portal.Registry.Observability.Metrics;
using Portal.Storage.Measuring;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Observability;

/// <summary>Whatever a source has to tell becomes Prometheus' text format.</summary>
public sealed class MetricsTextTests
{
    [Fact]
    public void Write_OfTextThatNeedsIt_Escapes()
    {
        var text = Write(new MetricFamily("a_total", MetricKind.Counter, "one\\two\nthree", () =>
            [new MetricSample(1, ("endpoint", "say \"hi\" \\ \n")), new MetricSample(double.PositiveInfinity, ("endpoint", "b"))]));

        Assert.Equal(
            """
            # HELP a_total one\\two\nthree
            # TYPE a_total counter
            a_total{endpoint="say \"hi\" \\ \n"} 1
            a_total{endpoint="b"} +Inf

            """.ReplaceLineEndings("\n"),
            text);
        Assert.Equal(["counter"], PrometheusText.Parse(text).Values.Select(family => family.Type));
    }

    [Fact]
    public void Write_OfAHistogram_AddsItsBucketsUp()
    {
        var histogram = new Histogram([10, 1_048_576]);
        foreach (var amount in new long[] { 1, 10, 11, 2_000_000 })
        {
            histogram.Add(amount);
        }

        var text = Write(
            new MetricFamily("size_bytes", MetricKind.Histogram, "Sizes.", () => [new MetricSample(0) { Spread = histogram.Read() }]),
            new MetricFamily("pause_seconds", MetricKind.Summary, "Pauses.", () => [new MetricSample(2.5) { Count = 3 }]));

        PrometheusText.Parse(text);
        Assert.Contains("size_bytes_bucket{le=\"10\"} 2\nsize_bytes_bucket{le=\"1.048576e+06\"} 3\nsize_bytes_bucket{le=\"+Inf\"} 4\nsize_bytes_sum 2000022\nsize_bytes_count 4\n", text);
        Assert.Contains("pause_seconds_sum 2.5\npause_seconds_count 3\n", text);
    }

    [Fact]
    public void Quantile_OfAHistogram_LiesInItsBucket()
    {
        var histogram = new Histogram([100, 200]);
        Assert.Null(histogram.Read().Quantile(.95));
        for (var i = 0; i < 100; i++)
        {
            histogram.Add(i < 90 ? 50 : 150);
        }

        Assert.Equal(150, histogram.Read().Quantile(.95)!.Value, 3);
        var before = histogram.Read();
        histogram.Add(1000);
        Assert.Equal(200, histogram.Read().Since(before).Quantile(.5));
    }

    private static string Write(params MetricFamily[] families) => MetricsText.Write([new Source(families)]);

    private sealed class Source(IReadOnlyList<MetricFamily> families) : MetricsSource
    {
        public override IReadOnlyList<MetricFamily> Families => families;
    }
}
