using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Registry.Dashboard;
using Portal.Registry.Observability.Metrics;
using Portal.Registry.Protocol;
using Portal.Registry.Transport;
using Portal.Storage.History;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using Portal.Tests.Unit.Metadata;

namespace Portal.Tests.Unit.Dashboard;

/// <summary>What is written down of each minute, and what becomes of it.</summary>
public sealed class TrafficSamplerTests : IAsyncLifetime
{
    private readonly RequestMetrics _requests = new(hasSizes: false);
    private readonly TransferTotals _transfer = new();
    private readonly AccountsWorld _accounts = new();
    private CatalogWorld _catalog = null!;
    private HistoryWorld _history = null!;
    private TrafficSampler _sampler = null!;
    private DashboardReader _reader = null!;

    public async ValueTask InitializeAsync()
    {
        _catalog = await CatalogWorld.CreateAsync();
        _history = new HistoryWorld(_catalog.Time);
        var now = _catalog.Time.GetUtcNow();
        _catalog.Time.Advance(TimeSpan.FromSeconds(90) - TimeSpan.FromTicks(now.UtcTicks % TimeSpan.TicksPerMinute));
        var stored = new StoredBytes(_catalog.Index, _catalog.Time);
        _sampler = new TrafficSampler(
            _requests, _transfer, stored, _history.Samples, _catalog.Time, NullLogger<TrafficSampler>.Instance);
        _reader = new DashboardReader(
            _accounts.Permissions,
            _sampler,
            _requests,
            new UploadPlaces(new LiveConfiguration(new RegistryConfiguration())),
            _catalog.Index,
            stored,
            _history.Samples,
            new PullRanking(_history.Database),
            _catalog.Time);
        await _sampler.StartAsync(CancellationToken.None);
        await Patience.UntilAsync(() => _sampler.Rounds > 0 ? "done" : null, "the sampler");
    }

    public async ValueTask DisposeAsync()
    {
        await _sampler.StopAsync(CancellationToken.None);
        _sampler.Dispose();
        _history.Dispose();
        _accounts.Dispose();
        await _catalog.DisposeAsync();
    }

    [Fact]
    public async Task Minute_WithRequests_IsWritten_AfterTheFirstWholeOne()
    {
        await _catalog.PutImageAsync("app", "1", [1, 2, 3]);
        await _catalog.ReconcileAsync();
        Count(RouteKind.Manifest, "PUT", 201);
        await NextMinuteAsync();
        Assert.False(File.Exists(_history.Path));

        Count(RouteKind.Manifest, "GET", 200);
        Count(RouteKind.Manifest, "GET", 404);
        Count(RouteKind.Blob, "GET", 500);
        Count(null, "GET", 301);
        await NextMinuteAsync();

        var view = await _reader.ReadAsync(Administrator, DashboardSpan.Hour, CancellationToken.None);
        Assert.Equal(60, view.Times.Count);
        Assert.Equal(
            [3, 1, 1, 1, 1],
            new[] { TrafficSeries.Answered, TrafficSeries.Refused, TrafficSeries.Failed, TrafficSeries.Pushes, TrafficSeries.Pulls }.Select(series => view.Series[series][^1]));
        Assert.Equal(3, view.Series[TrafficSeries.Answered].Sum());
        Assert.Equal((1, 1L, view.Now.Stored), (view.Now.Repositories, view.Now.Tags, (long)view.Series[TrafficSeries.Storage][^1]));
        Assert.True(view.Now.Stored > 0);
        Assert.True(view.HasHistory);
    }

    [Fact]
    public async Task Minutes_WithoutAnything_OpenNoDatabase()
    {
        for (var minute = 0; minute < 30; minute++)
        {
            await NextMinuteAsync();
        }

        var view = await _reader.ReadAsync(Administrator, DashboardSpan.Month, CancellationToken.None);
        Assert.False(File.Exists(_history.Path));
        Assert.False(view.HasHistory);
        Assert.All(view.Series.Values, values => Assert.Equal(view.Times.Count, values.Length));
    }

    [Fact]
    public async Task Minutes_BecomeHours_WithGapsOfZero()
    {
        await NextMinuteAsync();
        Count(RouteKind.Base, "GET", 200);
        await NextMinuteAsync();
        await NextMinuteAsync();
        Count(RouteKind.Base, "GET", 200);
        Count(RouteKind.Base, "GET", 200);
        await NextMinuteAsync();

        var hour = await _reader.ReadAsync(Administrator, DashboardSpan.Hour, CancellationToken.None);
        Assert.Equal([1, 0, 2], hour.Series[TrafficSeries.Answered][^3..]);
        foreach (var span in new[] { DashboardSpan.Day, DashboardSpan.Week, DashboardSpan.Month })
        {
            var view = await _reader.ReadAsync(Administrator, span, CancellationToken.None);
            Assert.Equal(3, view.Series[TrafficSeries.Answered].Sum());
            Assert.True(view.Times[^1] + view.Step > _catalog.Time.GetUtcNow());
        }
    }

    [Fact]
    public async Task Storage_AfterAChange_IsMeasuredOnceInTenMinutes()
    {
        await NextMinuteAsync();
        Count(RouteKind.Manifest, "PUT", 201);
        await NextMinuteAsync();
        await _catalog.PutImageAsync("app", "1", [1, 2, 3]);
        await _catalog.ReconcileAsync();
        Count(RouteKind.Manifest, "PUT", 201);
        await NextMinuteAsync();
        Assert.Equal([0], await StorageAsync());

        for (var minute = 0; minute < 10; minute++)
        {
            await NextMinuteAsync();
        }

        // Without a request in that minute, too; and then no more.
        Assert.Equal(2, (await StorageAsync()).Count());
        for (var minute = 0; minute < 20; minute++)
        {
            await NextMinuteAsync();
        }

        Assert.Equal(2, (await StorageAsync()).Count());
    }

    [Fact]
    public async Task Read_ByNoAdministrator_IsRefused()
    {
        foreach (var who in new[] { Identity.Anonymous, new Identity { Kind = IdentityKind.AccessToken, Name = "bob" }, Identity.Everyone with { IsAtPages = true } })
        {
            var refusal = await Assert.ThrowsAsync<OciException>(() => _reader.ReadAsync(who, DashboardSpan.Hour, CancellationToken.None));
            Assert.Equal(ErrorCode.Denied, refusal.Errors[0].Code);
        }
    }

    /// <summary>As long as nobody is named, a browser on the machine itself.</summary>
    private static Identity Administrator => Identity.Everyone with { IsAtPages = true, IsLocal = true };

    private void Count(RouteKind? kind, string method, int status)
    {
        if (kind is { } known)
        {
            _requests.Enter(known);
        }

        var context = new DefaultHttpContext();
        (context.Request.Method, context.Response.StatusCode) = (method, status);
        _requests.End(kind, context, TimeSpan.FromMilliseconds(3));
    }

    private async Task<IEnumerable<double>> StorageAsync() =>
        (await _history.Samples.ReadAsync(byHour: false, _catalog.Time.GetUtcNow().AddDays(-1), _catalog.Time.GetUtcNow(), CancellationToken.None))
        .Where(sample => sample.Series == TrafficSeries.Storage).OrderBy(sample => sample.Time).Select(sample => sample.Value);

    /// <summary>Lets a minute end, and waits until the sampler has done with it.</summary>
    private async Task NextMinuteAsync()
    {
        var done = _sampler.Rounds;
        _catalog.Time.Advance(TimeSpan.FromMinutes(1));
        await Patience.UntilAsync(() => _sampler.Rounds > done ? "done" : null, "the sampler's next round");
    }
}
