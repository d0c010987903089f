using Microsoft.AspNetCore.Components;
using Portal.Registry.Auth;
using Portal.Registry.Dashboard;
using Portal.Storage.History;
using Portal.Storage.Oci;
using Portal.Web.Components.Controls;
using Portal.Web.Components.Dashboard;
using Portal.Web.Components.Live;
using Portal.Web.Words;

namespace Portal.Web.Components.Pages;

/// <summary>What the registry does and did, for administrators. How far it looks back stands in the address.</summary>
public sealed partial class DashboardPage : IDisposable
{
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(30);

    private PageData<DashboardView> _data = default!;
    private ITimer? _timer;
    private DashboardSpan _span;
    private bool _isAllowed;

    [SupplyParameterFromQuery(Name = "span")]
    private string? Span { get; set; }

    [Inject]
    private DashboardReader Reader { get; set; } = default!;

    [Inject]
    private Permissions Permissions { get; set; } = default!;

    [Inject]
    private Visitor Visitor { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private PortalSettings Settings { get; set; } = default!;

    [Inject]
    private ILogger<DashboardPage> Logger { get; set; } = default!;

    public void Dispose()
    {
        _timer?.Dispose();
        _data.Dispose();
    }

    protected override void OnInitialized()
    {
        _data = new PageData<DashboardView>(Logger);
        if (RendererInfo.IsInteractive)
        {
            _timer = Time.CreateTimer(_ => _ = InvokeAsync(RefreshAsync), null, Refresh, Refresh);
        }
    }

    protected override Task OnParametersSetAsync()
    {
        _span = PortalUrls.ParseSort(Span, DashboardSpan.Day);
        return LoadAsync();
    }

    private Task LoadAsync()
    {
        var who = Visitor.Identity;
        _isAllowed = Permissions.IsAdministrator(who);
        return _isAllowed
            ? _data.LoadAsync(async cancellationToken => await Reader.ReadAsync(who, _span, cancellationToken))
            : Task.CompletedTask;
    }

    private async Task RefreshAsync()
    {
        await LoadAsync();
        StateHasChanged();
    }

    private static string NameOf(DashboardSpan span) => span switch
    {
        DashboardSpan.Hour => DashboardWords.Hour,
        DashboardSpan.Day => DashboardWords.Day,
        DashboardSpan.Week => DashboardWords.Week,
        _ => DashboardWords.Month,
    };

    private static string StepText(TimeSpan step) => step switch
    {
        { TotalMinutes: 1 } => DashboardWords.EveryMinute,
        { TotalHours: < 1 } => DashboardWords.EverySoManyMinutes.With(step.TotalMinutes),
        _ => DashboardWords.EverySoManyHours.With(step.TotalHours),
    };

    private static string LatencyOf(DashboardNow now) => now.Latency switch
    {
        null => "–",
        { TotalSeconds: < 1 } latency => latency.TotalMilliseconds.ToString("0.#", Language.Current.Culture) + " ms",
        { } latency => latency.TotalSeconds.ToString("0.##", Language.Current.Culture) + " s",
    };

    private static ChartLine[] RequestLines(DashboardView view) =>
    [
        Line(view, DashboardWords.Answered, "good", TrafficSeries.Answered, view.Step.TotalMinutes, Total),
        Line(view, DashboardWords.Refused, "odd", TrafficSeries.Refused, view.Step.TotalMinutes, Total),
        Line(view, DashboardWords.Failed, "bad", TrafficSeries.Failed, view.Step.TotalMinutes, Total),
    ];

    private static ChartLine[] TransferLines(DashboardView view) =>
    [
        Line(view, DashboardWords.Received, "first", TrafficSeries.Received, view.Step.TotalSeconds, values => ByteSize.Format((long)values.Sum())),
        Line(view, DashboardWords.Sent, "second", TrafficSeries.Sent, view.Step.TotalSeconds, values => ByteSize.Format((long)values.Sum())),
    ];

    private static ChartLine[] ContentLines(DashboardView view) =>
    [
        Line(view, DashboardWords.Pushes, "first", TrafficSeries.Pushes, 1, Total),
        Line(view, CommonWords.Pulls, "second", TrafficSeries.Pulls, 1, Total),
    ];

    private static ChartLine[] StorageLines(DashboardView view) =>
        [Line(view, DashboardWords.Stored, "first", TrafficSeries.Storage, 1, values => ByteSize.Format((long)values[^1]))];

    private static string Total(double[] counts) => ChartAxis.Format(counts.Sum(), ChartUnit.Whole);

    private static ChartLine Line(DashboardView view, string name, string style, string series, double divisor, Func<double[], string> sum)
    {
        var values = view.Series[series];
        return new ChartLine(name, style, [.. values.Select(value => value / divisor)], sum(values));
    }

    private static string TextOf(PullCount pulled) =>
        Digest.TryParse(pulled.Reference, out var digest)
            ? $"{pulled.Repository}@{DigestText.Abbreviate(digest)}"
            : $"{pulled.Repository}:{pulled.Reference}";

    /// <returns>Null for what cannot be an image's name.</returns>
    private static string? AddressOf(PullCount pulled) =>
        !RepositoryName.TryParse(pulled.Repository, out var name) ? null
        : Digest.TryParse(pulled.Reference, out var digest) ? PortalUrls.Manifest(name, digest)
        : Tag.TryParse(pulled.Reference, out var tag) ? PortalUrls.Tag(name, tag)
        : null;
}
