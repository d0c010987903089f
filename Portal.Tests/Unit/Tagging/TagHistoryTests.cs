using Portal.Registry;
using Portal.Registry.Events;
using Portal.Registry.Tagging;
using Portal.Storage.History;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Tagging;

/// <summary>Which digest a tag pointed to, and the way back, in the running application.</summary>
public sealed class TagHistoryTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly RequestActor Actor = RepositoryActors.Of(RepositoryActors.Local);

    private TagHistory History => portal.Get<TagHistory>();

    [Fact]
    public async Task Pushes_OfOneTag_AreItsHistory_AndTheSameAgainIsNone()
    {
        var first = await portal.Client.PushImageAsync("history/pushes", "1.0", "a");
        var second = await portal.Client.PushImageAsync("history/pushes", "1.0", "b");
        await portal.Client.PushImageAsync("history/pushes", "1.0", "b");

        var record = await HistoryOfAsync("history/pushes", "1.0", entries: 2);

        Assert.Equal(second, record.Current?.Digest);
        Assert.Equal([second, first], record.Entries.Select(entry => entry.Digest));
        Assert.All(record.Entries, entry => Assert.True(entry.HasManifest));
    }

    [Fact]
    public async Task Restore_EarlierDigest_IsAPushOfTheSameBytes()
    {
        var first = await portal.Client.PushImageAsync("history/restore", "1.0", "a");
        var second = await portal.Client.PushImageAsync("history/restore", "1.0", "b");
        using var pushes = portal.Get<EventStream>().Subscribe(happened => happened.Repository.ToString() == "history/restore", 10, EventAction.Push);

        await History.RestoreAsync(Name("history/restore"), Tag.Parse("1.0"), first, new ExpectedTag(second), Actor, CancellationToken.None);

        using var pulled = await portal.Client.GetAsync("/v2/history/restore/manifests/1.0");
        Assert.Equal(first.ToString(), Assert.Single(pulled.Headers.GetValues("Docker-Content-Digest")));
        Assert.True(pushes.Events.TryRead(out var push));
        Assert.Equal((first, "1.0", second), (push.Digest!.Value, push.Tag.ToString(), push.Before!.Value.Digest));
    }

    [Fact]
    public async Task Restore_TagThatMovedMeanwhile_ChangesNothing()
    {
        var first = await portal.Client.PushImageAsync("history/moved", "1.0", "a");
        var second = await portal.Client.PushImageAsync("history/moved", "1.0", "b");
        var third = await portal.Client.PushImageAsync("history/moved", "1.0", "c");

        var moved = await Assert.ThrowsAsync<TagMovedException>(() => History.RestoreAsync(
            Name("history/moved"), Tag.Parse("1.0"), first, new ExpectedTag(second), Actor, CancellationToken.None));

        Assert.Equal(third, moved.Now);
        Assert.Equal(third, (await History.FindAsync(RepositoryActors.Local, Name("history/moved"), Tag.Parse("1.0"), CancellationToken.None))!.Current!.Value.Digest);
    }

    [Fact]
    public async Task Delete_TagThatMovedMeanwhile_ChangesNothing()
    {
        var first = await portal.Client.PushImageAsync("history/delete-moved", "1.0", "a");
        var second = await portal.Client.PushImageAsync("history/delete-moved", "1.0", "b");
        var service = portal.Get<RegistryService>();
        var (name, tag) = (Name("history/delete-moved"), Tag.Parse("1.0"));

        var moved = await Assert.ThrowsAsync<TagMovedException>(() => service.DeleteTagAsync(name, tag, new ExpectedTag(first), Actor, CancellationToken.None));

        Assert.Equal(second, moved.Now);
        Assert.Equal(second, await service.DeleteTagAsync(name, tag, new ExpectedTag(second), Actor, CancellationToken.None));
        Assert.Null(await service.DeleteTagAsync(name, tag, new ExpectedTag(second), Actor, CancellationToken.None));
    }

    [Fact]
    public async Task DeletedTag_IsFound_AndComesBack()
    {
        var digest = await portal.Client.PushImageAsync("history/deleted", "1.0");
        await portal.Get<RegistryService>().DeleteTagAsync(Name("history/deleted"), Tag.Parse("1.0"), Actor, CancellationToken.None);

        var record = await HistoryOfAsync("history/deleted", "1.0", entries: 2);
        var deleted = await History.FindDeletedAsync(RepositoryActors.Local, Name("history/deleted"), 0, 10, CancellationToken.None);
        await History.RestoreAsync(Name("history/deleted"), Tag.Parse("1.0"), digest, ExpectedTag.None, Actor, CancellationToken.None);

        Assert.Null(record.Current);
        Assert.Equal(TagChangeKind.Deleted, record.Entries[0].Kind);
        Assert.Equal((1, digest, true), (deleted.Total, deleted.Items[0].Digest, deleted.Items[0].HasManifest));
        Assert.Equal(["1.0"], await portal.Client.TagsAsync("history/deleted"));
    }

    [Fact]
    public async Task DeletedManifest_TakesItsTagsIntoTheHistory_AndCannotComeBack()
    {
        var digest = await portal.Client.PushImageAsync("history/manifest", "1.0");
        await portal.Client.PushImageAsync("history/manifest", "other", "other");
        await portal.Get<RegistryService>().DeleteManifestAsync(Name("history/manifest"), digest, Actor, CancellationToken.None);

        var record = await HistoryOfAsync("history/manifest", "1.0", entries: 2);
        var refusal = await Assert.ThrowsAsync<OciException>(() => History.RestoreAsync(
            Name("history/manifest"), Tag.Parse("1.0"), digest, ExpectedTag.None, Actor, CancellationToken.None));

        Assert.Equal((TagChangeKind.Deleted, digest, false), (record.Entries[0].Kind, record.Entries[0].Digest, record.Entries[0].HasManifest));
        Assert.Equal(ErrorCode.ManifestUnknown, refusal.Code);
    }

    [Fact]
    public async Task Restore_ByWhoMayOnlyPull_IsDenied()
    {
        var digest = await portal.Client.PushImageAsync("history/denied", "1.0");

        var refusal = await Assert.ThrowsAsync<OciException>(() => History.RestoreAsync(
            Name("history/denied"), Tag.Parse("2.0"), digest, ExpectedTag.None, RepositoryActors.Of(RepositoryActors.Guest), CancellationToken.None));

        Assert.Equal(ErrorCode.Denied, refusal.Code);
    }

    private async Task<TagRecord> HistoryOfAsync(string name, string tag, int entries)
    {
        // It is written a moment after what happened.
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            if (await History.FindAsync(RepositoryActors.Local, Name(name), Tag.Parse(tag), deadline.Token) is { } record && record.Entries.Count >= entries)
            {
                Assert.Equal(entries, record.Entries.Count);
                return record;
            }

            await tick.WaitForNextTickAsync(deadline.Token);
        }
    }

    private static RepositoryName Name(string text) => RepositoryName.Parse(text);
}
