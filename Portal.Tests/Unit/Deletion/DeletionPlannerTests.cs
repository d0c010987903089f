using Portal.Registry;
using Portal.Registry.Catalog;
using Portal.Registry.Deletion;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Deletion;

/// <summary>The figures of a deletion's preview against what is really left without a reference, in the running application.</summary>
public sealed class DeletionPlannerTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly RequestActor Actor = RepositoryActors.Of(RepositoryActors.Local);

    private DeletionPlanner Planner => portal.Get<DeletionPlanner>();

    [Fact]
    public async Task PlanManifests_FreesWhatNothingElseRefersTo()
    {
        var name = RepositoryName.Parse("plan/manifests");
        var gone = await PushAsync(name, "gone", "only here", "shared here", "shared elsewhere");
        await PushAsync(name, "kept", "shared here");
        await PushAsync(RepositoryName.Parse("plan/other"), "1.0", "shared elsewhere");

        var plan = await Planner.PlanManifestsAsync(RepositoryActors.Local, name, [gone], CancellationToken.None);
        await portal.Get<RegistryService>().DeleteManifestAsync(name, gone, Actor, CancellationToken.None);

        Assert.Equal(["gone"], plan.Tags.Select(tag => tag.Tag.ToString()));
        Assert.True(plan.IsCurrent);
        Assert.Equal((1, 1, 1), (plan.Fate.Manifests, plan.Fate.SharersHere, plan.Fate.SharersElsewhere));
        Assert.Equal(await UnreferencedAsync(gone, await ReferencedAsync()), plan.Fate.Freed);
        Assert.True(plan.Fate.Shared > 0);
    }

    [Fact]
    public async Task PlanTags_Index_CountsItsImagesAndSignatures_ButNotWhatAnotherTagLeadsTo()
    {
        var name = RepositoryName.Parse("plan/index");
        var amd = await PushAsync(name, null, "amd only");
        var arm = await PushAsync(name, "arm", "arm only");
        var index = ImageBuilder.Index((amd, "amd64"), (arm, "arm64"));
        using var put = await portal.Client.PutManifestAsync("plan/index", "1.0", index, MediaTypes.OciIndex);
        using var stable = await portal.Client.PutManifestAsync("plan/index", "stable", index, MediaTypes.OciIndex);
        var signature = await PushAsync(name, null, Digest.Of(index), ["signature"]);

        var one = await Planner.PlanTagsAsync(RepositoryActors.Local, name, [Tag.Parse("1.0")], CancellationToken.None);
        var both = await Planner.PlanTagsAsync(RepositoryActors.Local, name, [Tag.Parse("1.0"), Tag.Parse("stable"), Tag.Parse("none")], CancellationToken.None);

        Assert.Equal(["stable"], one.Tags[0].Remaining.Select(tag => tag.ToString()));
        Assert.Equal((0, 0), (one.Fate.Manifests, one.Fate.Freed));
        Assert.Equal((2, 3), (both.TagCount, both.Fate.Manifests));
        Assert.Equal(
            new StorageUse(both.Fate.Freed, both.Fate.Shared),
            await portal.Get<RepositoryContents>().MeasureOwnAsync(RepositoryActors.Local, name, Digest.Of(index), CancellationToken.None));
        Assert.Null(await portal.Get<RepositoryContents>().MeasureOwnAsync(RepositoryActors.Local, name, signature, CancellationToken.None));
        var expected = 0L;
        foreach (var manifest in new[] { amd, signature })
        {
            expected += await UnreferencedAsync(manifest, await ContentsOfAsync([arm]));
        }

        Assert.Equal(expected, both.Fate.Freed);
    }

    [Fact]
    public async Task PlanManifests_ListedByAnIndex_NamesTheIndex()
    {
        var name = RepositoryName.Parse("plan/broken");
        var child = await PushAsync(name, null, "child");
        var index = ImageBuilder.Index((child, "amd64"));
        using var put = await portal.Client.PutManifestAsync("plan/broken", "1.0", index, MediaTypes.OciIndex);

        var ofChild = await Planner.PlanManifestsAsync(RepositoryActors.Local, name, [child], CancellationToken.None);
        var ofBoth = await Planner.PlanManifestsAsync(RepositoryActors.Local, name, [child, Digest.Of(index)], CancellationToken.None);
        var ofIndex = await Planner.PlanManifestsAsync(RepositoryActors.Local, name, [Digest.Of(index)], CancellationToken.None);

        Assert.Equal([Digest.Of(index)], ofChild.BrokenIndexes);
        Assert.Empty(ofBoth.BrokenIndexes);
        Assert.Equal((0, 0), (ofIndex.Fate.Freed, ofIndex.Fate.Shared));
    }

    [Fact]
    public async Task DeleteRepository_LeavesNothing_AndItsPlanSaidSo()
    {
        var name = RepositoryName.Parse("plan/repository");
        var digest = await PushAsync(name, "1.0", "repository");
        await PushAsync(name, "2.0", "repository two");
        await PushAsync(name, null, "untagged");

        var plan = await Planner.PlanRepositoryAsync(RepositoryActors.Local, name, CancellationToken.None);
        var done = await portal.Get<RepositoryDeletion>().DeleteAsync(name, Actor, null, null, CancellationToken.None);

        Assert.Equal((2, 3), (plan!.TagCount, plan.Fate.Manifests));
        Assert.Equal(new DeletionProgress(2, 3), done);
        Assert.Null(await Planner.PlanRepositoryAsync(RepositoryActors.Local, name, CancellationToken.None));
        Assert.False(await portal.Get<LocalRegistry>().Manifests.ExistsAsync(name, digest, CancellationToken.None));
    }

    [Fact]
    public async Task DeleteRepository_ByWhoMayOnlyPull_IsDenied()
    {
        await PushAsync(RepositoryName.Parse("plan/denied"), "1.0", "denied");

        var refusal = await Assert.ThrowsAsync<OciException>(() => portal.Get<RepositoryDeletion>().DeleteAsync(
            RepositoryName.Parse("plan/denied"), RepositoryActors.Of(RepositoryActors.Guest), null, null, CancellationToken.None));

        Assert.Equal(ErrorCode.Denied, refusal.Code);
    }

    [Fact]
    public async Task FindTags_Search_FindsThoseThatMatch()
    {
        var name = RepositoryName.Parse("plan/search");
        foreach (var tag in new[] { "1.0", "1.1", "2.0" })
        {
            await PushAsync(name, tag, "search");
        }

        var found = await Planner.FindTagsAsync(RepositoryActors.Local, name, new TagQuery { Search = "1." }, CancellationToken.None);

        Assert.Equal(["1.0", "1.1"], found.Select(tag => tag.ToString()));
    }

    /// <summary>Bytes of a manifest's contents that are not among others.</summary>
    private async Task<long> UnreferencedAsync(Digest manifest, IReadOnlySet<Digest> others)
    {
        return (await ReadAsync(manifest)).References.Where(content => !others.Contains(content.Digest)).Sum(content => content.Size);
    }

    /// <summary>Everything that any manifest of any repository refers to, by the storage.</summary>
    private async Task<IReadOnlySet<Digest>> ReferencedAsync()
    {
        var manifests = new List<Digest>();
        await foreach (var name in portal.Get<LocalRegistry>().ListAsync(null, CancellationToken.None))
        {
            await foreach (var digest in portal.Get<LocalRegistry>().Manifests.ListAsync(name, CancellationToken.None))
            {
                manifests.Add(digest);
            }
        }

        return await ContentsOfAsync(manifests);
    }

    private async Task<IReadOnlySet<Digest>> ContentsOfAsync(IEnumerable<Digest> manifests)
    {
        var contents = new HashSet<Digest>();
        foreach (var manifest in manifests)
        {
            contents.UnionWith((await ReadAsync(manifest)).References.Select(content => content.Digest));
        }

        return contents;
    }

    private async Task<Manifest> ReadAsync(Digest digest)
    {
        var path = Path.Combine(portal.Root, $"docker/registry/v2/blobs/sha256/{digest.Hex[..2]}/{digest.Hex}/data");
        return Manifest.Parse(await File.ReadAllBytesAsync(path), null);
    }

    /// <summary>Pushes an image with a config and layers of its own texts; without a tag by its digest alone.</summary>
    private async Task<Digest> PushAsync(RepositoryName name, string? tag, params string[] layers)
    {
        return await PushAsync(name, tag, null, layers);
    }

    private async Task<Digest> PushAsync(RepositoryName name, string? tag, Digest? subject, string[] layers)
    {
        var blobs = new List<(Digest, int)>();
        foreach (var layer in layers)
        {
            var (content, _) = ImageBuilder.Layer(layer);
            blobs.Add((await portal.Client.PushBlobAsync(name.ToString(), content), content.Length));
        }

        var config = ImageBuilder.Config(Digest.Of(System.Text.Encoding.UTF8.GetBytes(string.Join('|', layers))));
        var manifest = ImageBuilder.Manifest(
            (await portal.Client.PushBlobAsync(name.ToString(), config), config.Length), [.. blobs], subject?.ToString());
        using var answer = await portal.Client.PutManifestAsync(name.ToString(), tag ?? Digest.Of(manifest).ToString(), manifest, MediaTypes.OciManifest);
        Assert.Equal(System.Net.HttpStatusCode.Created, answer.StatusCode);
        return Digest.Of(manifest);
    }
}
