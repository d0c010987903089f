using Microsoft.Extensions.Logging.Abstractions;
using Portal.Registry;
using Portal.Registry.Auth;
using Portal.Registry.Events;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Auth;

/// <summary>What the audit trail hears of deletions, and how long it remembers.</summary>
public sealed class AuditTests : IDisposable
{
    private readonly WatchedTime _time = new(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly AccountsWorld _world;

    public AuditTests() => _world = new AccountsWorld(time: _time);

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Deletions_AreToldWithActorAndAddress()
    {
        var events = new EventStream();
        var digest = Digest.Of("x"u8);
        var audit = new DeletionAudit(events, _world.Audit);
        await audit.StartAsync(CancellationToken.None);

        events.Publish(Deletion() with { Tag = Tag.Parse("1.0") });
        events.Publish(Deletion() with { Digest = digest, MediaType = MediaTypes.OciManifest });
        events.Publish(Deletion() with { Digest = digest });
        events.Publish(Deletion() with { Digest = digest, MediaType = MediaTypes.OctetStream });
        events.Publish(Deletion() with { Action = EventAction.Push });
        await audit.StopAsync(CancellationToken.None);

        var entries = await _world.AuditedAsync();
        Assert.Equal(
            [
                (AuditAction.TagDeleted, "team/app:1.0"), (AuditAction.ManifestDeleted, $"team/app@{digest}"),
                (AuditAction.ManifestDeleted, $"team/app@{digest}"), (AuditAction.BlobDeleted, $"team/app@{digest}"),
            ],
            entries.Select(entry => (entry.Action, entry.Target)));
        Assert.All(entries, entry => Assert.Equal(("ada", "192.0.2.7", "with the token ci"), (entry.Actor, entry.Address, entry.Detail?.ToString())));
        Assert.False(events.IsHeard(EventAction.Delete));
    }

    [Fact]
    public async Task Retention_RemovesOldLines_AtTheStart_EachDay_AndWhenTheKeyChanges()
    {
        var now = _time.GetUtcNow();
        await _world.AuditStore.AddAsync([.. new[] { 400, 364, 200, 100, 0 }.Select(days => Entry(now.AddDays(-days)))], CancellationToken.None);
        using var retention = Retention(() => true);
        await retention.StartAsync(CancellationToken.None);
        await CountAsync(4);

        // After one day it is as old as may be, after two it is older.
        await _time.PassAsync(TimeSpan.FromDays(1));
        await _time.PassAsync(TimeSpan.FromDays(1));
        await CountAsync(3);

        Apply(TimeSpan.FromDays(150));
        await CountAsync(2);

        Apply(TimeSpan.Zero);
        _time.Advance(TimeSpan.FromDays(10_000));
        await retention.EnforceAsync(CancellationToken.None);
        await CountAsync(2);
        await retention.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Retention_WhereNothingWasWritten_MakesNoDatabase()
    {
        using var retention = Retention(() => false);

        await retention.EnforceAsync(CancellationToken.None);

        Assert.Empty(Directory.GetFiles(_world.Folder));
    }

    private static AuditEntry Entry(DateTimeOffset time) => new() { Time = time, Action = AuditAction.SignedIn };

    private AuditRetention Retention(Func<bool> isThere)
    {
        return new AuditRetention(_world.AuditStore, isThere, _world.Live, _time, NullLogger<AuditRetention>.Instance);
    }

    private void Apply(TimeSpan retention)
    {
        var current = _world.Live.Current;
        _world.Live.Apply(current with { Portal = current.Portal with { AuditRetention = retention } });
    }

    private async Task CountAsync(int wanted)
    {
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while ((await _world.AuditStore.FindAsync(new AuditQuery(), deadline.Token)).Total != wanted)
        {
            await tick.WaitForNextTickAsync(deadline.Token);
        }
    }

    private static RegistryEvent Deletion() => new()
    {
        Timestamp = DateTimeOffset.UnixEpoch,
        Action = EventAction.Delete,
        Repository = RepositoryName.Parse("team/app"),
        Actor = new RequestActor
        {
            Identity = new Identity { Kind = IdentityKind.AccessToken, Name = "ada", TokenName = "ci" },
            Address = "192.0.2.7:4711",
            RequestId = "1",
        },
    };
}
