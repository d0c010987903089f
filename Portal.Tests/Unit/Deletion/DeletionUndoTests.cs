using Portal.Registry;
using Portal.Registry.Deletion;
using Portal.Registry.Events;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Deletion;

/// <summary>Manifests and repositories that were deleted and come back, in the running application.</summary>
public sealed class DeletionUndoTests(CollectedMemoryPortal portal) : IClassFixture<CollectedMemoryPortal>
{
    private static readonly RequestActor Actor = RepositoryActors.Of(RepositoryActors.Local);

    private RepositoryDeletion Deletion => portal.Get<RepositoryDeletion>();

    private DeletionUndo Undo => portal.Get<DeletionUndo>();

    [Fact]
    public async Task Manifest_ComesBack_WithItsTags_AsAPush()
    {
        var name = RepositoryName.Parse("undo/manifest");
        var digest = await portal.Client.PushImageAsync("undo/manifest", "1.0", "a");
        await portal.Client.PushImageAsync("undo/manifest", "latest", "a");
        var deleted = new DeletedContent(name);
        Assert.True(await Deletion.DeleteManifestAsync(digest, deleted, Actor, CancellationToken.None));
        using (var gone = await portal.Client.GetAsync("/v2/undo/manifest/manifests/1.0"))
        {
            Assert.Equal(System.Net.HttpStatusCode.NotFound, gone.StatusCode);
        }

        using var pushes = portal.Get<EventStream>().Subscribe(happened => happened.Repository == name, 10, EventAction.Push);
        var undone = await Undo.RestoreAsync(deleted, Actor, CancellationToken.None);

        Assert.Equal((1, 2), (undone.Manifests, undone.Tags));
        Assert.Empty(undone.Problems);
        using var pulled = await portal.Client.GetAsync("/v2/undo/manifest/manifests/latest");
        Assert.Equal(digest.ToString(), Assert.Single(pulled.Headers.GetValues("Docker-Content-Digest")));
        Assert.True(pushes.Events.TryRead(out var push));
        Assert.Equal((digest, "1.0"), (push.Digest!.Value, push.Tag.ToString()));
    }

    [Fact]
    public async Task Repository_WithAnIndex_ComesBackWhole()
    {
        var name = RepositoryName.Parse("undo/repository");
        var child = await portal.Client.PushImageAsync("undo/repository", "child", "b");
        var index = ImageBuilder.Index((child, "amd64"));
        using var put = await portal.Client.PutManifestAsync("undo/repository", "multi", index, MediaTypes.OciIndex);
        var before = await StateAsync(name);
        var deleted = new DeletedContent(name);
        await Deletion.DeleteAsync(name, Actor, null, deleted, CancellationToken.None);
        Assert.Empty((await StateAsync(name)).Manifests);

        var undone = await Undo.RestoreAsync(deleted, Actor, CancellationToken.None);

        Assert.Equal((2, 2), (undone.Manifests, undone.Tags));
        Assert.Empty(undone.Problems);
        var after = await StateAsync(name);
        Assert.Equal(before.Manifests, after.Manifests);
        Assert.Equal(before.Tags, after.Tags);
    }

    [Fact]
    public async Task TagThatWasPushedMeanwhile_StaysAsItIs_AndTheManifestComesBackAlone()
    {
        var name = RepositoryName.Parse("undo/moved");
        var digest = await portal.Client.PushImageAsync("undo/moved", "1.0", "c");
        var deleted = new DeletedContent(name);
        await Deletion.DeleteManifestAsync(digest, deleted, Actor, CancellationToken.None);
        var pushed = await portal.Client.PushImageAsync("undo/moved", "1.0", "d");

        var undone = await Undo.RestoreAsync(deleted, Actor, CancellationToken.None);

        Assert.Equal((1, 0), (undone.Manifests, undone.Tags));
        Assert.Contains("1.0", Assert.Single(undone.Problems).ToString(), StringComparison.Ordinal);
        Assert.Equal(pushed, await portal.Get<LocalRegistry>().Tags.FindAsync(name, Tag.Parse("1.0"), CancellationToken.None));
        Assert.True(await portal.Get<LocalRegistry>().Manifests.ExistsAsync(name, digest, CancellationToken.None));
    }

    [Fact]
    public async Task WhatIsNotOnDiskAnyMore_DoesNotComeBack_AndSaysSo()
    {
        var name = RepositoryName.Parse("undo/collected");
        var digest = await portal.Client.PushImageAsync("undo/collected", "1.0", "e");
        var manifest = await portal.Get<LocalRegistry>().Manifests.GetAsync(name, digest, CancellationToken.None);
        var deleted = new DeletedContent(name);
        await Deletion.DeleteManifestAsync(digest, deleted, Actor, CancellationToken.None);
        await portal.Get<LocalRegistry>().Blobs.DeleteAsync(name, manifest!.References.First().Digest, CancellationToken.None);

        var undone = await Undo.RestoreAsync(deleted, Actor, CancellationToken.None);

        Assert.Equal((0, 0), (undone.Manifests, undone.Tags));
        Assert.Contains("is not there any more", Assert.Single(undone.Problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoMayNotPush_BringsNothingBack()
    {
        var name = RepositoryName.Parse("undo/denied");
        var digest = await portal.Client.PushImageAsync("undo/denied", "1.0", "f");
        var deleted = new DeletedContent(name);
        await Deletion.DeleteManifestAsync(digest, deleted, Actor, CancellationToken.None);

        var refusal = await Assert.ThrowsAsync<OciException>(() => Undo.RestoreAsync(
            deleted, RepositoryActors.Of(RepositoryActors.Guest), CancellationToken.None));

        Assert.Equal(ErrorCode.Denied, refusal.Code);
        Assert.False(await portal.Get<LocalRegistry>().Manifests.ExistsAsync(name, digest, CancellationToken.None));
    }

    [Fact]
    public async Task ChainOfThousandsOfIndexes_ComesBackWhole()
    {
        var name = RepositoryName.Parse("undo/chain");
        var service = portal.Get<RegistryService>();
        var chain = new List<Digest> { await portal.Client.PushImageAsync("undo/chain", "first", "g") };
        for (var link = 0; link < 4000; link++)
        {
            var index = Manifest.Parse(ImageBuilder.Index((chain[^1], "amd64")), null, DigestAlgorithm.Sha256);
            await service.PutManifestAsync(name, index.Digest, index, Actor, CancellationToken.None);
            chain.Add(index.Digest);
        }

        // The last one comes first, and all others are below it.
        var deleted = new DeletedContent(name);
        foreach (var digest in Enumerable.Reverse(chain))
        {
            Assert.True(await Deletion.DeleteManifestAsync(digest, deleted, Actor, CancellationToken.None));
        }

        var undone = await Undo.RestoreAsync(deleted, Actor, CancellationToken.None);

        Assert.Empty(undone.Problems);
        Assert.Equal((chain.Count, 1), (undone.Manifests, undone.Tags));
    }

    [Fact]
    public async Task TagThatWasSetSinceAnybodyLooked_ComesBackAsWell()
    {
        var name = RepositoryName.Parse("undo/tags");
        var digest = await portal.Client.PushImageAsync("undo/tags", "1.0", "h");
        var deleted = new DeletedContent(name);
        await portal.Client.PushImageAsync("undo/tags", "late", "h");
        await Deletion.DeleteManifestAsync(digest, deleted, Actor, CancellationToken.None);

        var undone = await Undo.RestoreAsync(deleted, Actor, CancellationToken.None);

        Assert.Equal((1, 2), (undone.Manifests, undone.Tags));
    }

    private async Task<(List<Digest> Manifests, List<(Tag Tag, Digest Digest)> Tags)> StateAsync(RepositoryName name)
    {
        var registry = portal.Get<LocalRegistry>();
        return (
            await registry.Manifests.ListAsync(name, CancellationToken.None).OrderBy(digest => digest.ToString()).ToListAsync(),
            await registry.Tags.ListAsync(name, CancellationToken.None).ToListAsync());
    }
}
