using System.Net;
using Portal.Registry;
using Portal.Registry.Activity;
using Portal.Registry.Maintenance;
using Portal.Storage.Accounts;
using Portal.Storage.Drivers.FileSystem;
using Portal.Storage.History;
using Portal.Storage.Layout;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>Collections in the running application: what goes, who may, and who is told.</summary>
public sealed class GarbageCollectionTests(CollectedPortal portal) : IClassFixture<CollectedPortal>
{
    private static readonly RequestActor Guest = RepositoryActors.Of(RepositoryActors.Guest);

    [Fact]
    public async Task Collect_Frees_AndNobodyIsServedWhatIsGone()
    {
        var name = RepositoryName.Parse("free/app");
        await portal.Client.PushImageAsync("free/app", "1.0", "kept");
        var lone = await portal.PushBlobAsync(name, "a blob of nobody");
        using var there = await portal.Client.SendAsync(HttpMethod.Head, $"/v2/{name}/blobs/{lone}");
        Assert.Equal(HttpStatusCode.OK, there.StatusCode);

        var dry = await portal.CollectAsync(isDryRun: true);
        using var still = await portal.Client.SendAsync(HttpMethod.Head, $"/v2/{name}/blobs/{lone}");
        var run = await portal.CollectAsync();
        using var gone = await portal.Client.SendAsync(HttpMethod.Head, $"/v2/{name}/blobs/{lone}");
        using var image = await portal.Client.GetAsync($"/v2/{name}/manifests/1.0");

        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal(HttpStatusCode.OK, image.StatusCode);
        Assert.Equal((GarbagePhase.Done, 1, 1, "a blob of nobody".Length), (dry.Phase, dry.Blobs, dry.Links, dry.Bytes));
        Assert.Equal((dry.Blobs, dry.Links, dry.Bytes), (run.Blobs, run.Links, run.Bytes));
        Assert.Equal(run.RepositoriesInAll, run.Repositories);
    }

    [Fact]
    public async Task Collect_Untagged_TellsIndexActivityAndAuditTrail()
    {
        var name = RepositoryName.Parse("untagged/app");
        var digest = await portal.Client.PushImageAsync("untagged/app", "1.0", "goes");
        await portal.Get<RegistryService>().DeleteTagAsync(name, Tag.Parse("1.0"), CollectedPortal.Actor, CancellationToken.None);
        await portal.IndexedAsync();
        Assert.NotEmpty((await portal.Get<ContentIndex>().FindUntaggedAsync(name, 0, 10, CancellationToken.None)).Items);

        var run = await portal.CollectAsync(removesUntagged: true);

        Assert.True(run.Manifests >= 1);
        Assert.True(run.Blobs >= 3);
        await portal.IndexedAsync();
        Assert.Empty((await portal.Get<ContentIndex>().FindUntaggedAsync(name, 0, 10, CancellationToken.None)).Items);
        using var gone = await portal.Client.GetAsync($"/v2/{name}/manifests/{digest}");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        await Patience.UntilAsync(
            () => FindAsync(ActivityKind.GarbageCollection).GetAwaiter().GetResult().FirstOrDefault(row => row.Detail?.ToString().Contains("bytes", StringComparison.Ordinal) is true),
            "a row of the activity");
        await Patience.UntilAsync(
            () => AuditAsync(AuditAction.ManifestDeleted).GetAwaiter().GetResult().FirstOrDefault(line => line.Target == $"{name}@{digest}"),
            "a line of the audit trail");
        Assert.NotEmpty(await Patience.UntilAsync(
            () => AuditAsync(AuditAction.GarbageCollected).GetAwaiter().GetResult() is { Count: > 0 } found ? found : null, "a line of the audit trail"));
    }

    [Fact]
    public async Task Start_IsForAdministrators_AndRefusedWhereNothingMayChange()
    {
        var name = RepositoryName.Parse("refused/app");
        var untagged = await portal.Client.PushImageAsync("refused/app", "1.0", "stays");
        await portal.Get<RegistryService>().DeleteTagAsync(name, Tag.Parse("1.0"), CollectedPortal.Actor, CancellationToken.None);

        Assert.Equal(ErrorCode.Denied, Assert.Throws<OciException>(() => portal.Garbage.TryStart(Guest, isDryRun: true, removesUntagged: false)).Code);
        Assert.Equal(ErrorCode.Denied, Assert.Throws<OciException>(() => portal.Garbage.Cancel(Guest.Identity)).Code);
        Assert.Equal(ErrorCode.Denied, Assert.Throws<OciException>(() => portal.Garbage.Look(Guest.Identity)).Code);
        try
        {
            portal.Apply(configuration => configuration with { Storage = configuration.Storage with { DeleteEnabled = false } });
            Assert.Equal(ErrorCode.Unsupported, Assert.Throws<OciException>(() => Start(removesUntagged: true)).Code);
            Assert.Equal(GarbagePhase.Done, (await portal.CollectAsync(isDryRun: true, removesUntagged: true)).Phase);
            Assert.Equal(GarbagePhase.Done, (await portal.CollectAsync()).Phase);
            portal.Apply(configuration => configuration with { Storage = configuration.Storage with { ReadOnly = true } });
            Assert.Equal(ErrorCode.Unsupported, Assert.Throws<OciException>(() => Start(removesUntagged: false)).Code);
            Assert.Equal(GarbagePhase.Done, (await portal.CollectAsync(isDryRun: true)).Phase);
        }
        finally
        {
            portal.Apply(configuration => configuration with { Storage = configuration.Storage with { ReadOnly = false, DeleteEnabled = true } });
        }

        using var still = await portal.Client.GetAsync($"/v2/{name}/manifests/{untagged}");
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);

        void Start(bool removesUntagged) => portal.Garbage.TryStart(CollectedPortal.Actor, isDryRun: false, removesUntagged);
    }

    [Fact]
    public async Task Collect_IsOneAtATime_ShowsHowFarItIs_AndStopsWhenItIsToldTo()
    {
        var name = RepositoryName.Parse("held/app");
        var lone = await portal.PushBlobAsync(name, "held up");

        // It waits for the repository's turn, to remove the link.
        using (await portal.Get<RepositoryLocks>().EnterAsync(name, CancellationToken.None))
        {
            Assert.True(portal.Garbage.TryStart(CollectedPortal.Actor, isDryRun: false, removesUntagged: false));
            Assert.False(portal.Garbage.TryStart(CollectedPortal.Actor, isDryRun: true, removesUntagged: false));
            var run = await Patience.UntilAsync(
                () => portal.Garbage.Look(RepositoryActors.Local) is { RepositoriesInAll: > 0 } found ? found : null, "progress");
            Assert.Equal((GarbagePhase.Reading, true), (run.Phase, run.IsRunning));
            Assert.True(portal.Garbage.Cancel(RepositoryActors.Local));
            Assert.Equal(GarbagePhase.Cancelled, (await portal.EndAsync()).Phase);
        }

        Assert.False(portal.Garbage.Cancel(RepositoryActors.Local));
        using var there = await portal.Client.SendAsync(HttpMethod.Head, $"/v2/{name}/blobs/{lone}");
        Assert.Equal(HttpStatusCode.OK, there.StatusCode);
        Assert.Equal(GarbagePhase.Done, (await portal.CollectAsync()).Phase);
    }

    [Fact]
    public async Task Collect_WhereAFolderCannotBeRead_RemovesNoBlob_InThePreviewEither()
    {
        var lone = await portal.PushBlobAsync(RepositoryName.Parse("readable/app"), "stays while something cannot be read");
        var link = portal.Root + RegistryPaths.Repositories + "/unmounted";
        File.CreateSymbolicLink(link, portal.Root + "/nowhere");
        try
        {
            foreach (var isDryRun in new[] { true, false })
            {
                var run = await portal.CollectAsync(isDryRun);

                Assert.Equal((GarbagePhase.Failed, 0, 0), (run.Phase, run.Blobs, run.BlobsFound));
                Assert.Contains("/docker/registry/v2/repositories/unmounted", run.Problem?.ToString());
                Assert.Contains("begin again", run.Problem?.ToString());
                Assert.Equal("unmounted", Assert.Single(run.Left).Name);
            }

            Assert.True(File.Exists(portal.Root + RegistryPaths.BlobData(lone)));
        }
        finally
        {
            File.Delete(link);
        }

        Assert.Equal(GarbagePhase.Done, (await portal.CollectAsync()).Phase);
        Assert.False(File.Exists(portal.Root + RegistryPaths.BlobData(lone)));
    }

    [Fact]
    public async Task Collect_WhileAnotherProcessDoes_FailsAndSaysSo()
    {
        using (var other = new FileSystemDriver(portal.Root, 25))
        using (await other.TryLockAsync(RegistryPaths.CollectionLock, CancellationToken.None))
        {
            var run = await portal.CollectAsync();

            Assert.Equal(GarbagePhase.Failed, run.Phase);
            Assert.Contains("another process collects", run.Problem?.ToString());
            Assert.Equal(0, run.RepositoriesInAll);
            Assert.Equal(GarbagePhase.Done, (await portal.CollectAsync(isDryRun: true)).Phase);
        }

        Assert.Equal(GarbagePhase.Done, (await portal.CollectAsync()).Phase);
    }

    private async Task<IReadOnlyList<ActivityEntry>> FindAsync(ActivityKind kind) =>
        (await portal.Get<ActivityHistory>().FindAsync(RepositoryActors.Local, new ActivityQuery { Kind = kind }, CancellationToken.None)).Items;

    private async Task<IReadOnlyList<AuditEntry>> AuditAsync(AuditAction action) =>
        (await portal.Get<AuditStore>().FindAsync(new AuditQuery { Action = action, Take = 1000 }, CancellationToken.None)).Items;
}
