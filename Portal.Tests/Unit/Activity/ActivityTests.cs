using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Portal.Registry;
using Portal.Registry.Activity;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Registry.Events;
using Portal.Storage.Accounts;
using Portal.Storage.History;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Activity;

/// <summary>What is written down of events, how pulls are counted, and who may see it.</summary>
public sealed class ActivityTests : IDisposable
{
    private static readonly ActivityScope All = new(RepositoryFilter.All, Everything: true);
    private static readonly Digest Image = Digest.Of("image"u8);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly HistoryWorld _history;
    private readonly AccountsWorld _accounts;

    public ActivityTests()
    {
        _history = new HistoryWorld(_time);
        _accounts = new AccountsWorld(admin: new AdminConfiguration("root", null), time: _time);
    }

    public void Dispose()
    {
        _accounts.Dispose();
        _history.Dispose();
    }

    [Fact]
    public async Task Events_BecomeRows_AndLayersDoNot()
    {
        await RecordAsync(
            Event(EventAction.Push), Event(EventAction.Push) with { MediaType = MediaTypes.OctetStream },
            Event(EventAction.Pull) with { MediaType = MediaTypes.OctetStream },
            Event(EventAction.Mount) with { MediaType = MediaTypes.OctetStream, FromRepository = RepositoryName.Parse("team/base") },
            Event(EventAction.Delete) with { Digest = null, MediaType = null, Tag = Tag.Parse("1.0") });

        var rows = await FindAsync();
        Assert.Equal([ActivityKind.Delete, ActivityKind.Mount, ActivityKind.Push], rows.Select(row => row.Kind));
        Assert.All(rows, row => Assert.Equal(("team/app", "ada", "192.0.2.7", "docker/28"), (row.Repository, row.Actor, row.Address, row.UserAgent)));
        Assert.Equal("team/base", rows[1].FromRepository);
    }

    [Fact]
    public async Task PullsOfTheSameByTheSame_AreOneRow_AndAllAreCounted()
    {
        await RecordAsync([.. Enumerable.Range(0, 900).Select(port => Event(EventAction.Pull) with { Actor = Actor("ada", $"192.0.2.7:{1000 + port}") }), Event(EventAction.Pull, "bob")]);

        Assert.Equal([("bob", 1), ("ada", 900)], (await FindAsync()).Select(row => (row.Actor, row.Count)));
        Assert.Equal(901, (await _history.Pulls.OfAsync("team/app", [Image.ToString()], CancellationToken.None)).Single().Count);
    }

    [Fact]
    public async Task PullWithinAMinute_RaisesTheRowThatIsWritten_LaterOneIsAnother()
    {
        var events = new EventStream();
        using var recorder = Recorder(events);
        await recorder.StartAsync(CancellationToken.None);
        foreach (var (after, rows, first) in new[] { (0, 1, 1), (30, 1, 2), (40, 2, 2) })
        {
            _time.Advance(TimeSpan.FromSeconds(after));
            events.Publish(Event(EventAction.Pull));
            using var deadline = new CancellationTokenSource(Patience.Deadline);
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (await FindAsync() is var found && (found.Count != rows || found[^1].Count != first))
            {
                _time.Advance(TimeSpan.FromMilliseconds(100));
                await tick.WaitForNextTickAsync(deadline.Token);
            }
        }

        await recorder.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task DifferentClients_BeyondTheBound_AreCountedWithoutRows()
    {
        await RecordAsync([.. Enumerable.Range(0, 3000).Select(number => Event(EventAction.Pull, $"user{number}"))]);

        Assert.Equal(PendingActivityRows, (await FindAsync()).Count);
        Assert.Equal(3000, (await _history.Pulls.OfAsync("team/app", [Image.ToString()], CancellationToken.None)).Single().Count);
    }

    [Fact]
    public async Task TooManyAtOnce_AreToldAsANumber()
    {
        await RecordAsync([.. Enumerable.Range(0, ActivityRecorder.Capacity + 7).Select(_ => Event(EventAction.Pull))]);

        var lost = Assert.Single(await FindAsync(new ActivityQuery { Kind = ActivityKind.Lost }));
        Assert.StartsWith("7 events", lost.Detail!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PullsOfATag_AreThoseByItsName_AndByItsDigest_AndOutliveARestart()
    {
        var tag = Tag.Parse("1.0");
        await RecordAsync(Event(EventAction.Pull), Event(EventAction.Pull), Event(EventAction.Pull) with { Tag = tag });
        await RecordAsync(Event(EventAction.Pull) with { Tag = tag }, Event(EventAction.Pull) with { Tag = Tag.Parse("other") });

        var pulls = await History().PullsOfAsync(Root, RepositoryName.Parse("team/app"), [(tag, Image)], CancellationToken.None);

        Assert.Equal(new Pulls(4, _time.GetUtcNow()), pulls[tag]);
        var most = await History().MostPulledAsync(Root, 2, CancellationToken.None);
        Assert.Equal(2, most.Count);
        Assert.All(most, row => Assert.Equal(2, row.Count));
    }

    [Fact]
    public async Task PullsByDay_AreThoseOfAllTagsAndManifests_AndOutliveADeletionAndARestart()
    {
        _time.Advance(TimeSpan.FromHours(11.5));
        await RecordAsync(Event(EventAction.Pull), Event(EventAction.Pull) with { Tag = Tag.Parse("1.0") }, Event(EventAction.Delete));
        _time.Advance(TimeSpan.FromHours(1));
        await RecordAsync(Event(EventAction.Pull) with { Tag = Tag.Parse("2.0") });
        await RecordAsync(Event(EventAction.Pull), Event(EventAction.Pull) with { Repository = RepositoryName.Parse("team/other") });

        var days = await PullsByDayAsync(Root, 3);

        Assert.Equal(
            [(new DateOnly(2026, 10, 31), 0), (new DateOnly(2026, 11, 1), 2), (new DateOnly(2026, 11, 2), 2)],
            days.Select(pulls => (pulls.Day, pulls.Count)));
    }

    [Fact]
    public async Task PullsByDay_AreKept400Days_WhateverTheActivityKeeps()
    {
        await RecordAsync(Event(EventAction.Pull));
        using var recorder = Recorder(new EventStream());
        _time.Advance(TimeSpan.FromDays(PullDays.Kept - 1));
        await recorder.TidyAsync(CancellationToken.None);

        Assert.Equal(1, (await PullsByDayAsync(Root, PullDays.Kept))[0].Count);
        Assert.All(await PullsByDayAsync(Root, 30), pulls => Assert.Equal(0, pulls.Count));

        _time.Advance(TimeSpan.FromDays(1));
        await recorder.TidyAsync(CancellationToken.None);

        Assert.Empty(await PullsByDayAsync(Root, PullDays.Kept));
    }

    [Fact]
    public async Task Deletion_ForgetsPullsOfTheManifestAndItsTags()
    {
        var (tag, kept) = (Tag.Parse("1.0"), Tag.Parse("kept"));
        await RecordAsync(Event(EventAction.Pull), Event(EventAction.Pull) with { Tag = tag }, Event(EventAction.Pull) with { Tag = kept });
        await RecordAsync(
            Event(EventAction.Pull),
            Event(EventAction.Delete) with { RemovedTags = [tag] },
            Event(EventAction.Pull) with { Tag = tag });

        var counts = await _history.Pulls.OfAsync("team/app", [Image.ToString(), "1.0", "kept"], CancellationToken.None);

        Assert.Equal([("1.0", 1), ("kept", 1)], counts.Select(row => (row.Reference, row.Count)).Order());
    }

    [Fact]
    public async Task Visitor_SeesNoRowOfARepositoryThatMayNotBePulledFrom_NorWhereOthersAre()
    {
        await _accounts.SetRulesAsync(
            new AccessRule(SubjectKind.User, "eve", Role.Reader, RepositoryPattern.Parse("open/**")),
            new AccessRule(SubjectKind.User, "root", Role.Admin, RepositoryPattern.All));
        var log = new ActivityLog(_time);
        log.Add(ActivityKind.ConfigurationChange, Reason.Plain("log.level"), "root");
        await RecordAsync(
            log, Event(EventAction.Push), Event(EventAction.Push) with { Repository = RepositoryName.Parse("open/app") },
            Event(EventAction.Mount) with { Repository = RepositoryName.Parse("open/app"), FromRepository = RepositoryName.Parse("team/app") },
            Event(EventAction.Pull, "eve") with { Repository = RepositoryName.Parse("open/app") });
        await _history.Store.WriteAsync(new ActivityBatch { PullDays = [new PullDay("team/app", new DateOnly(2026, 11, 1), 1)] }, CancellationToken.None);
        var eve = new Identity { Kind = IdentityKind.Session, Name = "eve", IsAtPages = true };

        var seen = await History().FindAsync(eve, new ActivityQuery(), CancellationToken.None);

        Assert.Equal(3, seen.Total);
        Assert.All(seen.Items, row => Assert.Equal(("open/app", null as string), (row.Repository, row.FromRepository)));
        Assert.All(seen.Items, row => Assert.Equal(row.Actor == "eve" ? "192.0.2.7" : null, row.Address));
        Assert.Equal(0, (await History().FindAsync(eve, new ActivityQuery { Repository = "team/app" }, CancellationToken.None)).Total);
        Assert.Equal(0, (await History().FindAsync(eve, new ActivityQuery { Search = "192.0.2" }, CancellationToken.None)).Total);
        Assert.Empty(await History().PullsOfAsync(eve, RepositoryName.Parse("team/app"), [(Tag.Parse("1.0"), Image)], CancellationToken.None));
        Assert.Empty(await PullsByDayAsync(eve, 30));
        Assert.Equal(5, (await History().FindAsync(Root, new ActivityQuery(), CancellationToken.None)).Total);
    }

    [Fact]
    public async Task Retention_HidesAndRemovesOldRows()
    {
        await RecordAsync(Event(EventAction.Push));
        _time.Advance(TimeSpan.FromDays(91));
        Assert.Equal(0, (await History().FindAsync(Root, new ActivityQuery(), CancellationToken.None)).Total);
        using var recorder = Recorder(new EventStream());

        await recorder.TidyAsync(CancellationToken.None);

        Assert.Empty(await FindAsync());
    }

    [Fact]
    public async Task Remove_LeavesTheNewest()
    {
        await RecordAsync([.. Enumerable.Range(0, 5).Select(number => Event(EventAction.Push) with { Tag = Tag.Parse($"v{number}") })]);

        Assert.Equal(3, await _history.Store.RemoveAsync(null, most: 2, CancellationToken.None));

        Assert.Equal(["v4", "v3"], (await FindAsync()).Select(row => row.Tag));
    }

    [Fact]
    public void PullsOfBlobs_AreNoEventsForTheRecorder()
    {
        var events = new EventStream();
        using var recorder = Recorder(events);

        Assert.True(events.IsHeard(EventAction.Pull));
        Assert.False(events.IsHeard(EventAction.Pull, ofBlob: true));
    }

    [Fact]
    public async Task Nothing_MakesNoDatabase()
    {
        await RecordAsync();
        Assert.Equal(0, (await History().FindAsync(Root, new ActivityQuery(), CancellationToken.None)).Total);

        Assert.False(_history.Store.Exists);
    }

    private const int PendingActivityRows = 1000;

    private static Identity Root => new() { Kind = IdentityKind.Session, Name = "root", IsAtPages = true };

    private static RequestActor Actor(string name, string address) => new()
    {
        Identity = new Identity { Kind = IdentityKind.Password, Name = name },
        Address = address,
        UserAgent = "docker/28",
        RequestId = "1",
    };

    private RegistryEvent Event(EventAction action, string actor = "ada") => new()
    {
        Timestamp = _time.GetUtcNow(),
        Action = action,
        Repository = RepositoryName.Parse("team/app"),
        Digest = Image,
        MediaType = MediaTypes.OciManifest,
        Actor = Actor(actor, "192.0.2.7:4711"),
    };

    private Task<IReadOnlyList<PullDay>> PullsByDayAsync(Identity who, int days) =>
        History().PullsByDayAsync(who, RepositoryName.Parse("team/app"), days, CancellationToken.None);

    private ActivityHistory History() => new(_history.Store, _history.Pulls, _history.PullDays, _accounts.Permissions, _accounts.Live, _time);

    private ActivityRecorder Recorder(EventStream events, ActivityLog? log = null) =>
        new(events, log ?? new ActivityLog(_time), _history.Store, _history.TagChanges, _history.PullDays, _accounts.Live, _time, NullLogger<ActivityRecorder>.Instance);

    private Task RecordAsync(params RegistryEvent[] happened) => RecordAsync(new ActivityLog(_time), happened);

    private async Task RecordAsync(ActivityLog log, params RegistryEvent[] happened)
    {
        var events = new EventStream();
        using var recorder = Recorder(events, log);
        foreach (var one in happened)
        {
            events.Publish(one);
        }

        await recorder.StartAsync(CancellationToken.None);
        await recorder.StopAsync(CancellationToken.None);
    }

    private async Task<IReadOnlyList<ActivityEntry>> FindAsync(ActivityQuery? query = null) =>
        (await _history.Store.FindAsync((query ?? new ActivityQuery()) with { Take = 1000 }, All, CancellationToken.None)).Items;
}
