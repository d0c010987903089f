using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;
using Portal.Registry.Observability.Metrics;

namespace Portal.Registry.Reporting;

/// <summary>
/// <c>reporting.newrelic</c>: errors as log records, and once a minute the figures of requests, by New Relic's intake of
/// OpenTelemetry's protocol over HTTPS.
/// </summary>
public sealed partial class NewRelicSender : ReportSender
{
    /// <summary>How often figures are sent.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private const int LongestShown = 8000;

    private readonly NewRelicConfiguration _configuration;
    private readonly Uri _address;
    private readonly OtlpPayload _payload;
    private readonly FigureReader _figures;
    private readonly ReportDelivery _figureDelivery;
    private readonly ILogger<NewRelicSender> _logger;
    private readonly TimeProvider _time;
    private DateTimeOffset _from;

    /// <param name="address">Where the intake is; null for New Relic's own, in the key's region.</param>
    public NewRelicSender(
        NewRelicConfiguration configuration, Uri? address, ReportQueue queue, RequestMetrics metrics, ILogger<NewRelicSender> logger, TimeProvider time)
        : base(queue, new ReportDelivery("New Relic", time, logger), time)
    {
        (_configuration, _address, _logger, _time) = (configuration, address ?? AddressOf(configuration.LicenseKey!), logger, time);
        _payload = new OtlpPayload(configuration.Name, ReportSources.Of(configuration.LicenseKey!));
        _figures = new FigureReader(metrics);
        _figureDelivery = new ReportDelivery("New Relic (figures)", time, logger);
        _from = time.GetUtcNow();
    }

    /// <summary>New Relic's intake for a key, which begins with its region.</summary>
    public static Uri AddressOf(Secret key) => new(
        key.Value.StartsWith("eu01", StringComparison.Ordinal) ? "https://otlp.eu01.nr-data.net"
        : key.Value.StartsWith("gov01", StringComparison.Ordinal) ? "https://gov-otlp.nr-data.net"
        : "https://otlp.nr-data.net");

    public override void Dispose()
    {
        base.Dispose();
        _figureDelivery.Dispose();
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(base.ExecuteAsync(stoppingToken), SendFiguresAsync(stoppingToken));

    /// <inheritdoc/>
    protected override Task SendLastAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(base.SendLastAsync(cancellationToken), SendFiguresAsync(isLast: true, cancellationToken));

    private protected override HttpRequestMessage Build(IReadOnlyList<ErrorReport> reports) =>
        Post("v1/logs", json => _payload.WriteLogs(json, reports));

    private async Task SendFiguresAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await SendFiguresAsync(isLast: false, stoppingToken);
        }
    }

    private async Task SendFiguresAsync(bool isLast, CancellationToken cancellationToken)
    {
        var (from, until) = (_from, _time.GetUtcNow());
        _from = until;
        if (_figures.Read() is { Count: > 0 } figures)
        {
            await _figureDelivery.SendAsync(
                () => Post("v1/metrics", json => _payload.WriteMetrics(json, figures, from, until)), count: 0, isLast, cancellationToken);
        }
    }

    private HttpRequestMessage Post(string path, Action<Utf8JsonWriter> write)
    {
        var body = JsonBody.Write(write);
        var request = new HttpRequestMessage(HttpMethod.Post, $"{_address.AbsoluteUri.TrimEnd('/')}/{path}") { Content = JsonBody.Of(body) };
        request.Headers.Add("api-key", _configuration.LicenseKey!.Value);
        if (_configuration.Verbose)
        {
            // The body holds no key: that goes in a header.
            var text = Encoding.UTF8.GetString(body.Span);
            Log.Sent(_logger, Secret.MaskAddress($"{request.RequestUri}"), text.Length <= LongestShown ? text : text[..LongestShown] + "…");
        }

        return request;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "New Relic is sent, at {Address}: {Body}")]
        public static partial void Sent(ILogger logger, string address, string body);
    }
}
