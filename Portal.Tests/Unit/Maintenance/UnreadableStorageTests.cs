using Portal.Storage.Drivers;
using Portal.Storage.Drivers.FileSystem;
using Portal.Storage.Layout;
using Portal.Storage.Maintenance;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Maintenance;

/// <summary>What cannot be read may refer to any blob: then none is removed.</summary>
public sealed class UnreadableStorageTests : IDisposable
{
    private static readonly RepositoryName App = RepositoryName.Parse("team/app");
    private static readonly RepositoryName Zoo = RepositoryName.Parse("zoo");

    private const string Repositories = "/docker/registry/v2/repositories";

    private const string FarTooLong =
        "____________________________________________________________________________________________________________________________________"
        + "____________________________________________________________________________________________________________________________________";

    private readonly TempFolder _folder = new();
    private readonly FileSystemDriver _files;
    private readonly GarbageWorld _world;

    public UnreadableStorageTests()
    {
        _files = new FileSystemDriver(_folder.Combine("store"), 100);
        _world = new GarbageWorld(_files);
    }

    public static TheoryData<string> Folders => new(
        "",
        "/team",
        "/team/app",
        "/team/app/_layers",
        "/team/app/_layers/sha256",
        "/team/app/_manifests",
        "/team/app/_manifests/revisions",
        "/team/app/_manifests/revisions/sha256",
        "/team/app/_manifests/revisions/sha256/HEX",
        "/UPPER",
        "/UPPER/_layers");

    public static TheoryData<string> TagFolders => new(
        "/team/app/_manifests/tags",
        "/team/app/_manifests/tags/1",
        "/team/app/_manifests/tags/1/current");

    public void Dispose()
    {
        _world.Dispose();
        _files.Dispose();
        _folder.Dispose();
    }

    /// <summary>People move a large repository to another disk and leave a link in its place.</summary>
    [Theory]
    [InlineData("team")]
    [InlineData("team/app")]
    [InlineData("team/app/_layers")]
    [InlineData("team/app/_manifests")]
    [InlineData("team/app/_manifests/revisions")]
    [InlineData("team/app/_manifests/revisions/sha256")]
    public async Task Collect_FolderThatIsASymbolicLink_IsGoneThroughAsAnyOther(string linked)
    {
        var image = await _world.PutImageAsync("team/app", "1", ["one", "two"]);
        var lone = await _world.PutBlobAsync("team/app", "lone");
        MoveAway($"/{linked}", link: true);
        Age();

        var steps = await _world.CollectAsync(removesUntagged: true);

        Assert.Equal([lone], GarbageWorld.Removed(steps));
        await _world.AssertWholeAsync("team/app", image.Digest);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    [MemberData(nameof(TagFolders))]
    public async Task Collect_LinkToADiskThatIsNotThere_RemovesNoBlob(string folder)
    {
        var fill = await FillAsync();
        var place = MoveAway(In(fill, folder), link: true);
        Directory.Move(_folder.Combine("elsewhere"), _folder.Combine("unmounted"));

        await AssertRefusedAsync(place, fill);

        Directory.Move(_folder.Combine("unmounted"), _folder.Combine("elsewhere"));
        await AssertCollectedAsync(fill);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    [MemberData(nameof(TagFolders))]
    public async Task Collect_LinkToItself_RemovesNoBlob(string folder)
    {
        var fill = await FillAsync();
        var place = MoveAway(In(fill, folder), link: false);
        File.CreateSymbolicLink(PathOf(place), PathOf(place));

        await AssertRefusedAsync(place, fill);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/team/app/_layers")]
    [InlineData("/team/app/_manifests")]
    [InlineData("/team/app/_manifests/revisions")]
    [InlineData("/team/app/_manifests/revisions/sha256")]
    [InlineData("/team/app/_manifests/revisions/sha256/HEX")]
    [InlineData("/team/app/_manifests/tags")]
    public async Task Collect_FileInTheFoldersPlace_RemovesNoBlob(string folder)
    {
        var fill = await FillAsync();
        var place = MoveAway(In(fill, folder), link: false);
        await File.WriteAllTextAsync(PathOf(place), "a file");

        await AssertRefusedAsync(place, fill);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    [MemberData(nameof(TagFolders))]
    public async Task Collect_FolderThatTheDiskGivesNoMoreOf_RemovesNoBlob(string folder)
    {
        var fill = await FillAsync();
        _world.Driver.Broken = Repositories + In(fill, folder);

        await AssertRefusedAsync(_world.Driver.Broken, fill);

        _world.Driver.Broken = null;
        await AssertCollectedAsync(fill);
    }

    [Theory]
    [InlineData("/team")]
    [InlineData("/team/app")]
    [InlineData("/team/app/_layers")]
    [InlineData("/team/app/_manifests")]
    [InlineData("/team/app/_manifests/revisions/sha256")]
    [InlineData("/team/app/_manifests/tags")]
    public async Task Collect_FolderThatVanishesWhileItIsRead_RemovesNoBlob(string folder)
    {
        var fill = await FillAsync();
        _world.Driver.Vanished = Repositories + folder;

        await AssertRefusedAsync(_world.Driver.Vanished, fill);
    }

    [Fact]
    public async Task Collect_BlobsWithoutAFolderOfRepositories_StayAsUpstreamLeavesThem()
    {
        var fill = await FillAsync();
        MoveAway("", link: false);

        await AssertRefusedAsync(Repositories, fill);
    }

    [Fact]
    public async Task Collect_SeveralThatCannotBeRead_NamesEach_AndRemovesLinksElsewhere()
    {
        var fill = await FillAsync();
        File.CreateSymbolicLink(PathOf($"{Repositories}/first"), "/nowhere");
        File.CreateSymbolicLink(PathOf($"{Repositories}/team/second"), "/nowhere");
        var told = new List<GarbageStep>();

        await Assert.ThrowsAsync<GarbageRefusedException>(() => _world.CollectAsync(meanwhile: step => Note(told, step)));

        Assert.Equal(["first", "team/second"], told.Where(step => step.Kind is GarbageStepKind.Left).Select(step => step.Repository));
        Assert.Equal([fill.Lone], told.Where(step => step.Kind is GarbageStepKind.LinkRemoved).Select(step => step.Digest));
        Assert.True(await _world.HasDataAsync(fill.Lone));
    }

    [Fact]
    public async Task Collect_WhatSomebodyElsePutBetweenTheRepositories_IsNothing()
    {
        var fill = await FillAsync();
        await File.WriteAllTextAsync(PathOf($"{Repositories}/notes.txt"), "of an administrator");
        await File.WriteAllTextAsync(PathOf($"{Repositories}/team/app/_manifests/tags/Thumbs.db"), "of a desktop");
        Directory.CreateDirectory(PathOf($"{Repositories}/lost+found"));
        Directory.CreateDirectory(PathOf($"{Repositories}/empty"));
        Directory.CreateDirectory(PathOf($"{Repositories}/team/app/_manifests/revisions/sha256/{Digest.Of("deleted by upstream"u8).Hex}"));
        Directory.CreateDirectory(PathOf($"{Repositories}/team/app/_manifests/tags/half-deleted"));

        await AssertCollectedAsync(fill);
    }

    /// <summary>Which manifest it pointed to is not known; that one would go as one without a tag.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("sha256:cut")]
    [InlineData(FarTooLong)]
    public async Task Collect_Untagged_WhereATagsLinkIsDamaged_LeavesTheRepositoryWhole(string content)
    {
        var fill = await FillAsync();
        var link = RegistryPaths.TagCurrentLink(RepositoryName.Parse("team/app"), Tag.Parse("1"));
        await File.WriteAllTextAsync(PathOf(link.ToString()), content);

        var steps = await _world.CollectAsync(removesUntagged: true);

        var left = Assert.Single(steps, step => step.Kind is GarbageStepKind.Left);
        Assert.Equal("team/app", left.Repository);
        Assert.Contains($"{link}", left.Reason!.ToString());
        Assert.Equal([fill.Lone], GarbageWorld.Removed(steps));
        await _world.AssertWholeAsync("team/app", fill.Image.Digest);
    }

    [Fact]
    public async Task Collect_ManifestThatIsDeletedMeanwhile_IsNoReasonToStop()
    {
        var fill = await FillAsync();
        var other = await _world.PutImageAsync("team/app", null, ["other"]);
        Age();

        var steps = await _world.CollectAsync(meanwhile: async step =>
        {
            if (step.Kind is GarbageStepKind.ManifestMarked)
            {
                await _world.Registry.Manifests.DeleteAsync(RepositoryName.Parse("team/app"), other.Digest, CancellationToken.None);
                await _world.Registry.Manifests.DeleteAsync(RepositoryName.Parse("team/app"), fill.Image.Digest, CancellationToken.None);
            }
        });

        Assert.Contains(fill.Lone, GarbageWorld.Removed(steps));
    }

    [Fact]
    public async Task Collect_LayersLinkThatIsFarTooLong_StaysWithItsBlob()
    {
        var fill = await FillAsync();
        var other = await _world.PutBlobAsync("zoo", "other");
        await File.WriteAllTextAsync(PathOf(RegistryPaths.LayerLink(Zoo, fill.Lone).ToString()), FarTooLong);
        Age();

        Assert.Equal([other], GarbageWorld.Removed(await _world.CollectAsync(removesUntagged: true)));
    }

    /// <summary>A push makes a folder, and then the file in it.</summary>
    [Theory]
    [InlineData("revision")]
    [InlineData("tag")]
    [InlineData("layer")]
    public async Task Collect_LinkThatComesRightAfterItsFolder_IsRead(string which)
    {
        var fill = await FillAsync();
        (_world.Driver.Late, _world.Driver.LateFor) = (LinkOf(which, fill), which == "tag" ? 2 : 1);

        await AssertCollectedAsync(fill);
        Assert.True(_world.Driver.LateFor <= 0);
    }

    [Theory]
    [InlineData("revision")]
    [InlineData("tag")]
    [InlineData("layer")]
    public async Task Collect_LinkThatIsListedAndNeverThere_RemovesNoBlob(string which)
    {
        var fill = await FillAsync();
        (_world.Driver.Late, _world.Driver.LateFor) = (LinkOf(which, fill), int.MaxValue);

        await AssertRefusedAsync(LinkOf(which, fill).ToString(), fill);
    }

    [Fact]
    public async Task Collect_LayersLinkThatTheDiskDoesNotGive_RemovesNoBlob()
    {
        var fill = await FillAsync();
        _world.Driver.Broken = LinkOf("layer", fill).ToString();

        await AssertRefusedAsync(_world.Driver.Broken, fill);
    }

    /// <summary>A disk that is taken away leaves an empty folder above.</summary>
    [Fact]
    public async Task Collect_RepositoryThatVanishesForGood_RemovesNoBlob()
    {
        var fill = await FillAsync();

        await Assert.ThrowsAsync<GarbageRefusedException>(() => _world.CollectAsync(meanwhile: step =>
        {
            if (step is { Kind: GarbageStepKind.Repository, Repository: "UPPER" })
            {
                Directory.Delete(PathOf($"{Repositories}/team"), recursive: true);
            }

            return Task.CompletedTask;
        }));

        Assert.True(await _world.HasDataAsync(fill.Lone));
        Assert.True(await _world.HasDataAsync(fill.Image.Digest));
    }

    /// <summary>Nobody but a disk that comes and goes does that, and then all of it is there again.</summary>
    [Fact]
    public async Task Collect_FolderThatIsAwayForAMoment_IsRead()
    {
        var fill = await FillAsync();
        (_world.Driver.Late, _world.Driver.LateFor) = (StoragePath.Parse($"{Repositories}/team/app/_layers/sha256"), 2);

        await AssertCollectedAsync(fill);
    }

    private static StoragePath LinkOf(string which, (Manifest Image, Digest Lone) fill) => which switch
    {
        "revision" => RegistryPaths.RevisionLink(App, fill.Image.Digest),
        "tag" => RegistryPaths.TagCurrentLink(App, Tag.Parse("1")),
        _ => RegistryPaths.LayerLink(Zoo, fill.Lone),
    };

    private static Task Note(List<GarbageStep> told, GarbageStep step)
    {
        told.Add(step);
        return Task.CompletedTask;
    }

    private static string In((Manifest Image, Digest Lone) fill, string folder) =>
        folder.Replace("HEX", fill.Image.Digest.Hex.ToString(), StringComparison.Ordinal);

    private async Task<(Manifest Image, Digest Lone)> FillAsync()
    {
        var image = await _world.PutImageAsync("team/app", "1", ["one", "two"]);
        var lone = await _world.PutBlobAsync("zoo", "lone");
        var strange = await _world.PutBlobAsync("zoo", "strange");
        await _world.Registry.Blobs.DeleteAsync(RepositoryName.Parse("zoo"), strange, CancellationToken.None);
        await _world.Driver.WriteLinkAsync(
            StoragePath.Parse($"{Repositories}/UPPER/_layers/sha256/{strange.Hex}/link"), strange, CancellationToken.None);
        Age();
        return (image, lone);
    }

    /// <summary>Files bear the real time, and the world has one of its own.</summary>
    private void Age() => _world.Time.Advance(TimeSpan.FromDays(36_500));

    private string PathOf(string path) => _folder.Combine("store") + path;

    /// <returns>The place, as the storage knows it.</returns>
    private string MoveAway(string folder, bool link)
    {
        var place = PathOf(Repositories + folder);
        var away = _folder.Combine("elsewhere");
        Directory.Move(place, away);
        if (link)
        {
            File.CreateSymbolicLink(place, away);
        }

        return Repositories + folder;
    }

    private async Task AssertRefusedAsync(string place, (Manifest Image, Digest Lone) fill)
    {
        foreach (var (isDryRun, removesUntagged) in new[] { (true, true), (false, true), (true, false), (false, false) })
        {
            if (!removesUntagged && place.Contains("/tags", StringComparison.Ordinal))
            {
                // Nobody asks what is tagged then.
                continue;
            }

            var told = new List<GarbageStep>();
            var refusal = await Assert.ThrowsAsync<GarbageRefusedException>(
                () => _world.CollectAsync(isDryRun, removesUntagged, step => Note(told, step)));

            Assert.Contains(place, refusal.Message);
            Assert.Contains(told, step => step.Kind is GarbageStepKind.Left && step.Reason!.ToString().Contains(place, StringComparison.Ordinal));
            Assert.DoesNotContain(told, step => step.Kind is GarbageStepKind.BlobFound or GarbageStepKind.BlobRemoved or GarbageStepKind.ManifestRemoved);
        }

        foreach (var digest in fill.Image.References.Select(reference => reference.Digest).Append(fill.Lone).Append(fill.Image.Digest))
        {
            Assert.True(await _world.HasDataAsync(digest));
        }
    }

    private async Task AssertCollectedAsync((Manifest Image, Digest Lone) fill)
    {
        Assert.Equal([fill.Lone], GarbageWorld.Removed(await _world.CollectAsync(removesUntagged: true)));
        await _world.AssertWholeAsync("team/app", fill.Image.Digest);
    }
}
