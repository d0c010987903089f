using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Portal.Registry.Observability;
using Portal.Registry.Observability.Metrics;

namespace Portal.Web.Telemetry;

/// <summary>
/// Sends spans and figures by OTLP. One for the process: of applications that take each other's place, the one that takes
/// clients in gives the figures. Nothing else names a type of OpenTelemetry's library.
/// </summary>
internal sealed partial class TelemetryExport : IAsyncDisposable
{
    private const string DefaultServiceName = "registry-portal";

    // A collector that is away must not keep the process from ending within the ten seconds that Docker gives it.
    private const int EndMilliseconds = 3000;

    private static readonly string[] OtherMeters = ["System.Runtime", "Microsoft.AspNetCore.Server.Kestrel"];

    private readonly TelemetrySettings _settings;
    private readonly TracerProvider? _traces;
    private readonly MeterProvider? _metrics;
    private readonly Meter _meter = new(RequestTelemetry.SourceName);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private volatile Dictionary<string, MetricFamily> _families = [];
    private bool _isTold;

    public TelemetryExport(TelemetrySettings settings)
    {
        _settings = settings;
        var variables = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Environment.Select(variable => new KeyValuePair<string, string?>(variable.Key, variable.Value))).Build();
        var instance = Guid.NewGuid().ToString();
        _traces = settings.HasTraces
            ? OpenTelemetry.Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(services => services.AddSingleton<IConfiguration>(variables))
                .ConfigureResource(Describe)
                .AddSource(RequestTelemetry.SourceName)
                .AddOtlpExporter()
                .Build()
            : null;
        _metrics = settings.HasMetrics
            ? OpenTelemetry.Sdk.CreateMeterProviderBuilder()
                .ConfigureServices(services => services.AddSingleton<IConfiguration>(variables))
                .ConfigureResource(Describe)
                .AddMeter([RequestTelemetry.SourceName, .. OtherMeters])
                .AddOtlpExporter()
                .Build()
            : null;

        // The variables come last, so that they have the last word.
        void Describe(ResourceBuilder resource) => resource
            .AddService(DefaultServiceName, serviceVersion: typeof(TelemetryExport).Assembly.GetName().Version?.ToString(3), serviceInstanceId: instance)
            .AddEnvironmentVariableDetector();
    }

    /// <summary>Makes spans and durations of requests.</summary>
    public RequestTelemetry Requests { get; } = new();

    /// <summary>From now on figures are those of these services.</summary>
    public void Use(IServiceProvider services)
    {
        _families = services.GetServices<MetricsSource>().SelectMany(source => source.Families)
            .Where(family => family.Name.StartsWith("registry_", StringComparison.Ordinal)).ToDictionary(family => family.Name, StringComparer.Ordinal);
        foreach (var family in _families.Values.Where(family => _names.Add(family.Name)))
        {
            Create(family);
        }

        if (!_isTold)
        {
            _isTold = true;
            Tell(services.GetRequiredService<ILogger<TelemetryExport>>());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(
            Task.Run(() => _traces?.Shutdown(EndMilliseconds)),
            Task.Run(() => _metrics?.Shutdown(EndMilliseconds)));
        _traces?.Dispose();
        _metrics?.Dispose();
        _meter.Dispose();
        Requests.Dispose();
    }

    /// <summary>Histograms are recorded where they are measured: here they would be too late.</summary>
    private void Create(MetricFamily family)
    {
        if (family.Kind is MetricKind.Counter)
        {
            _meter.CreateObservableCounter(family.Name, () => Read(family.Name), unit: null, family.Help);
        }
        else if (family.Kind is MetricKind.Gauge)
        {
            _meter.CreateObservableGauge(family.Name, () => Read(family.Name), unit: null, family.Help);
        }
    }

    private IEnumerable<Measurement<double>> Read(string name) => !_families.TryGetValue(name, out var family)
        ? []
        : family.Read().Select(sample => new Measurement<double>(
            sample.Value, sample.Labels.Select(label => new KeyValuePair<string, object?>(label.Name, label.Value))));

    private void Tell(ILogger logger)
    {
        foreach (var unknown in _settings.Unknown)
        {
            Log.Unknown(logger, unknown);
        }

        if (_settings.HasTraces || _settings.HasMetrics)
        {
            Log.Sending(logger, !_settings.HasMetrics ? "spans" : _settings.HasTraces ? "spans and figures" : "figures");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "OpenTelemetry: {What} are sent by OTLP, as the environment's variables OTEL_* say")]
        public static partial void Sending(ILogger logger, string what);

        [LoggerMessage(LogLevel.Warning, "OpenTelemetry: there is no exporter for {Variable}; otlp and none are known")]
        public static partial void Unknown(ILogger logger, string variable);
    }
}
