using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Registry;
using Portal.Registry.Activity;
using Portal.Registry.Auth;
using Portal.Registry.Catalog;
using Portal.Registry.Events;
using Portal.Storage.History;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using Portal.Tests.Unit.Metadata;

namespace Portal.Tests.Unit.Catalog;

public sealed class CatalogIndexerTests
{
    [Fact]
    public async Task CaughtUp_BeforeStart_IsFalseAtOnce()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await using var run = new Run(world);

        Assert.False(await run.Indexer.CaughtUpAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Start_StorageWithImages_IndexesThemAndReports()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await world.PutImageAsync("a", "1", [1]);
        await world.PutImageAsync("b", "1", [1]);
        await using var run = new Run(world);

        await run.StartAsync();

        Assert.Equal(new IndexProgress(Running: false, 2), run.Feed.Progress);
        Assert.NotNull(await world.FindAsync("b"));
        Assert.True(await run.Indexer.CaughtUpAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Push_AfterStart_IsShownOnceCaughtUp()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await using var run = new Run(world);
        await run.StartAsync();

        for (var i = 0; i < 50; i++)
        {
            await run.PushAsync("app", "v" + i, i + 1);
            Assert.True(await run.Indexer.CaughtUpAsync(CancellationToken.None));
            Assert.Equal(i + 1, (await world.FindAsync("app"))!.TagCount);
        }

        Assert.Contains(RepositoryName.Parse("app"), run.Changes);
    }

    [Fact]
    public async Task Delete_TagOnly_IsShownOnceCaughtUp()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await world.PutImageAsync("app", "1", [1]);
        await using var run = new Run(world);
        await run.StartAsync();

        await world.DeleteTagAsync("app", "1");
        run.Publish(EventAction.Delete, "app", null, "1");

        Assert.True(await run.Indexer.CaughtUpAsync(CancellationToken.None));
        Assert.Equal((0, 1), ((await world.FindAsync("app"))!.TagCount, (await world.FindAsync("app"))!.ManifestCount));
    }

    [Fact]
    public async Task Events_BeforeStart_AreCoveredByTheFirstReading()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await using var run = new Run(world);
        await run.PushAsync("app", "1", 1);

        await run.StartAsync();

        Assert.True(await run.Indexer.CaughtUpAsync(CancellationToken.None));
        Assert.NotNull(await world.FindAsync("app"));
    }

    [Fact]
    public async Task Events_MoreThanCanWait_AreMadeUpForFromStorage()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await using var run = new Run(world);
        for (var i = 0; i < 10_001; i++)
        {
            run.Publish(EventAction.Delete, "none", null, "x");
        }

        await run.PushAsync("app", "1", 1);
        await run.StartAsync();

        Assert.True(await run.Indexer.CaughtUpAsync(CancellationToken.None));
        Assert.NotNull(await world.FindAsync("app"));
    }

    [Fact]
    public async Task Failure_OfDatabase_IsReportedAndRetried()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await using var run = new Run(world);
        await run.StartAsync();
        await ExecuteAsync(world, "ALTER TABLE Tags RENAME TO Hidden");

        await run.PushAsync("app", "1", 1);
        await Run.UntilAsync(() => run.Feed.Progress.Failure is not null);

        Assert.False(run.Feed.Progress.Running);
        Assert.False(await run.Indexer.CaughtUpAsync(CancellationToken.None));

        await ExecuteAsync(world, "ALTER TABLE Hidden RENAME TO Tags");
        await Run.UntilAsync(() =>
        {
            world.Time.Advance(TimeSpan.FromSeconds(5));
            return run.Feed.Progress is { Running: false, Failure: null };
        });

        Assert.True(await run.Indexer.CaughtUpAsync(CancellationToken.None));
        Assert.NotNull(await world.FindAsync("app"));
    }

    [Fact]
    public async Task CaughtUp_EventNotAppliedInTime_IsFalse()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await using var run = new Run(world);
        await run.StartAsync();

        // Another writer holds the database, so the event cannot be applied.
        await using var context = world.CreateDbContext();
        await using (var transaction = await context.Database.BeginTransactionAsync())
        {
            await context.Database.ExecuteSqlAsync($"DELETE FROM Repositories");
            await run.PushAsync("app", "1", 1);
            var caughtUp = run.Indexer.CaughtUpAsync(CancellationToken.None);
            Assert.False(caughtUp.IsCompleted);
            world.Time.Advance(TimeSpan.FromSeconds(3));
            Assert.False(await caughtUp);
        }

        Assert.True(await run.Indexer.CaughtUpAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Pulls_Counted_AreInTheRowsAfterSomeSecondsAndNotBefore()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await world.PutImageAsync("app", "1", [1]);
        await using var run = new Run(world);
        await run.StartAsync();
        var now = world.Time.GetUtcNow();

        // The push comes with the pull: its row is there first.
        await run.PushAsync("new", "1", 2);
        run.Activity.Tell(new HashSet<string> { "new" }, [new PullCount("new", "1", 1, now)]);
        run.Activity.Tell(new HashSet<string> { "app" }, [new PullCount("app", "1", 7, now)]);
        Assert.True(await run.Indexer.CaughtUpAsync(CancellationToken.None));
        Assert.Null((await world.FindAsync("app"))!.LastPull);

        await Run.UntilAsync(async () =>
        {
            world.Time.Advance(PullFollower.Pace);
            return (await world.FindAsync("app"))!.LastPull is not null;
        });
        Assert.Equal(now, (await world.FindAsync("new"))!.LastPull);
    }

    [Fact]
    public async Task Start_IndexThatWasThrownAway_ReadsPullsFromTheHistory()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await world.PutImageAsync("app", "1", [1]);
        await using var run = new Run(world);
        var now = world.Time.GetUtcNow();
        var others = Enumerable.Range(0, 2500).Select(number => new PullCount($"other/{number:0000}", "1", 1, now));
        await run.History.Store.WriteAsync(
            new ActivityBatch { Pulls = [.. others, new PullCount("app", "1", 3, now), new PullCount("app", "0", 3, now)] }, CancellationToken.None);

        await run.StartAsync();

        await Run.UntilAsync(async () => (await world.FindAsync("app"))!.LastPull == now);
    }

    [Fact]
    public async Task Pulls_OfMoreThanCanWait_AreReadFromTheHistory()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await world.PutImageAsync("app", "1", [1]);
        await using var run = new Run(world);
        await run.StartAsync();
        var now = world.Time.GetUtcNow();
        await run.History.Store.WriteAsync(new ActivityBatch { Pulls = [new PullCount("app", "1", 1, now)] }, CancellationToken.None);

        run.Activity.Tell(new HashSet<string>(), [.. Enumerable.Range(0, 10_001).Select(number => new PullCount("other", $"{number}", 1, now))]);

        await Run.UntilAsync(async () =>
        {
            world.Time.Advance(PullFollower.Pace);
            return (await world.FindAsync("app"))!.LastPull == now;
        });
    }

    private static async Task ExecuteAsync(CatalogWorld world, string sql)
    {
        await using var context = world.CreateDbContext();
        await context.Database.ExecuteSqlRawAsync(sql);
    }

    /// <summary>An indexer over the world, and what it told.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private readonly CatalogWorld _world;
        private readonly EventStream _events = new();
        private readonly WorkTurn _turn = new();

        public Run(CatalogWorld world)
        {
            _world = world;
            Feed.Subscribe(Changes.Enqueue);
            History = new HistoryWorld(world.Time);
            Activity = new ActivityLog(world.Time);
            Pulls = new PullFollower(Activity, History.Pulls, world.LastPulls, world.Time, NullLogger<PullFollower>.Instance);
            Indexer = new CatalogIndexer(
                _events, world.Writer, world.Reconciler, Pulls, Feed, _turn, world.Time, NullLogger<CatalogIndexer>.Instance);
        }

        public CatalogFeed Feed { get; } = new();

        public HistoryWorld History { get; }

        public ActivityLog Activity { get; }

        private PullFollower Pulls { get; }

        public ConcurrentQueue<RepositoryName?> Changes { get; } = new();

        public CatalogIndexer Indexer { get; }

        /// <summary>Starts and waits for the end of the first reading.</summary>
        public async Task StartAsync()
        {
            await Indexer.StartAsync(CancellationToken.None);
            await UntilAsync(() => !Changes.IsEmpty && Feed.Progress is { Running: false, Failure: null });
        }

        public async Task PushAsync(string name, string tag, long layer)
        {
            var image = await _world.PutImageAsync(name, tag, [layer]);
            Publish(EventAction.Push, name, image.Digest, tag);
        }

        public void Publish(EventAction action, string name, Digest? digest, string? tag)
        {
            _events.Publish(new RegistryEvent
            {
                Timestamp = _world.Time.GetUtcNow(),
                Action = action,
                Repository = RepositoryName.Parse(name),
                Digest = digest,
                Tag = tag is null ? null : Tag.Parse(tag),
                MediaType = digest is null ? null : MediaTypes.OciManifest,
                Actor = new RequestActor { Identity = Identity.Everyone, RequestId = "test" },
            });
        }

        public static async Task UntilAsync(Func<bool> condition)
        {
            using var deadline = new CancellationTokenSource(Patience.Deadline);
            while (!condition())
            {
                await Task.Delay(10, deadline.Token);
            }
        }

        public static async Task UntilAsync(Func<Task<bool>> condition)
        {
            using var deadline = new CancellationTokenSource(Patience.Deadline);
            while (!await condition())
            {
                await Task.Delay(10, deadline.Token);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await Indexer.StopAsync(CancellationToken.None);
            Indexer.Dispose();
            Pulls.Dispose();
            History.Dispose();
            _turn.Dispose();
        }
    }
}
