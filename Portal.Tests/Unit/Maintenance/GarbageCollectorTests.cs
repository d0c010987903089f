using System.Diagnostics;
using System.Text;
using Portal.Storage.Drivers;
using Portal.Storage.Layout;
using Portal.Storage.Maintenance;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Maintenance;

public sealed class GarbageCollectorTests : IDisposable
{
    private readonly GarbageWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Collect_BlobThatNoManifestRefersTo_GoesWithItsLinks()
    {
        var image = await _world.PutImageAsync("app", "1", ["one", "two"]);
        var lone = await _world.PutBlobAsync("app", "lone");
        var uploaded = await _world.PutBlobAsync("only/blobs", "uploaded");
        Assert.True(await _world.HasBlobAsync("app", lone));
        _world.Age();

        var steps = await _world.CollectAsync();

        Assert.Equal([lone, uploaded], steps.Where(step => step.Kind is GarbageStepKind.LinkRemoved).Select(step => step.Digest));
        Assert.Equal(new[] { lone, uploaded }.Order(), GarbageWorld.Removed(steps).Order());
        Assert.Equal("lone".Length + "uploaded".Length, steps.Where(step => step.Kind is GarbageStepKind.BlobRemoved).Sum(step => step.Bytes));
        Assert.False(await _world.HasBlobAsync("app", lone));
        Assert.False(await _world.HasDataAsync(lone));
        await _world.AssertWholeAsync("app", image.Digest);
        Assert.Empty(GarbageWorld.Removed(await _world.CollectAsync()));
    }

    [Fact]
    public async Task Collect_BlobThatAnotherRepositoryRefersTo_LosesTheOneLink()
    {
        var image = await _world.PutImageAsync("kept", "1", ["shared"]);
        var shared = await _world.PutBlobAsync("other", "shared");
        _world.Age();

        Assert.Empty(GarbageWorld.Removed(await _world.CollectAsync()));

        Assert.False(await _world.HasBlobAsync("other", shared));
        await _world.AssertWholeAsync("kept", image.Digest);
    }

    [Fact]
    public async Task Collect_WhatIsYoungerThanTheGrace_Stays()
    {
        await _world.PutBlobAsync("app", "old");
        _world.Age();
        var young = await _world.PutBlobAsync("app", "young");
        var again = await _world.PutBlobAsync("app", "old");
        var deleted = await _world.PutBlobAsync("app", "deleted");
        await _world.Registry.Blobs.DeleteAsync(RepositoryName.Parse("app"), deleted, CancellationToken.None);

        Assert.Empty(GarbageWorld.Removed(await _world.CollectAsync()));

        Assert.True(await _world.HasBlobAsync("app", young));
        Assert.True(await _world.HasBlobAsync("app", again));
        Assert.True(await _world.HasDataAsync(deleted));
    }

    [Fact]
    public async Task Collect_DryRun_TellsTheSame_AndChangesNothing()
    {
        await _world.PutImageAsync("app", "1", ["one"]);
        var untagged = await _world.PutImageAsync("app", null, ["gone"]);
        await _world.PutImageAsync("app", null, ["signature"], subject: untagged.Digest);
        await _world.PutBlobAsync("app", "lone");
        _world.Age();
        var before = await _world.FilesAsync();

        var told = await _world.CollectAsync(isDryRun: true, removesUntagged: true);
        Assert.Equal(before, await _world.FilesAsync());
        var done = await _world.CollectAsync(removesUntagged: true);

        Assert.Equal(told, done);
        Assert.Equal(7, GarbageWorld.Removed(done).Count);
    }

    [Fact]
    public async Task Collect_ManifestThatNobodyCanRead_LeavesItsRepositoryWhole_AndNoOther()
    {
        var broken = await _world.PutImageAsync("broken", "1", ["one"]);
        var missing = await _world.PutImageAsync("missing", "1", ["two"]);
        var strange = Digest.Of("strange"u8);
        await _world.Driver.WriteLinkAsync(RegistryPaths.RevisionLink(RepositoryName.Parse("strange"), strange), strange, CancellationToken.None);
        await _world.Driver.PutAsync(RegistryPaths.BlobData(strange), "strange"u8.ToArray(), CancellationToken.None);
        await _world.Driver.PutAsync(RegistryPaths.BlobData(broken.Digest), "cut"u8.ToArray(), CancellationToken.None);
        await _world.Driver.DeleteAsync(RegistryPaths.BlobData(missing.Digest), CancellationToken.None);
        var kept = new List<(string Name, Digest Digest)>();
        foreach (var name in new[] { "broken", "missing", "strange" })
        {
            kept.Add((name, await _world.PutBlobAsync(name, $"of {name}")));
        }

        await _world.PutImageAsync("fine", null, ["three"]);
        var lone = await _world.PutBlobAsync("fine", "lone");
        _world.Age();

        var steps = await _world.CollectAsync(removesUntagged: true);

        Assert.Equal(["broken", "missing", "strange"], steps.Where(step => step.Kind is GarbageStepKind.Left).Select(step => step.Repository));
        Assert.Contains(lone, GarbageWorld.Removed(steps));
        Assert.Equal(4, GarbageWorld.Removed(steps).Count);
        foreach (var (name, digest) in kept)
        {
            Assert.True(await _world.HasBlobAsync(name, digest), name);
        }

        Assert.True(await _world.HasDataAsync(broken.Digest));
    }

    [Fact]
    public async Task Collect_StrangeContents_AreUnderstood()
    {
        // An index of layers is how build caches were kept; SHA-512, and a layer that lives elsewhere.
        var layer = await _world.PutBlobAsync("app", "layer in an index");
        await _world.PutIndexAsync("app", "cache", layer);
        var long1 = await _world.PutBlobAsync("app", "of many bits", DigestAlgorithm.Sha512);
        var config = await _world.PutBlobAsync("app", "config");
        var image = await _world.PutManifestAsync("app", "512", ImageBuilder.Manifest((config, 6), [(long1, 12)]), DigestAlgorithm.Sha512);
        var long2 = await _world.PutBlobAsync("app", "garbage of many bits", DigestAlgorithm.Sha512);
        var foreign = ImageBuilder.Manifest((config, 6), [(Digest.Of("elsewhere"u8), 9)]);
        await _world.PutManifestAsync("app", "foreign", Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(foreign).Replace("image.layer.v1.tar+gzip", "image.layer.nondistributable.v1.tar+gzip", StringComparison.Ordinal)));
        _world.Age();

        var steps = await _world.CollectAsync(removesUntagged: true);

        Assert.Equal([long2], GarbageWorld.Removed(steps));
        Assert.True(await _world.HasBlobAsync("app", layer));
        await _world.AssertWholeAsync("app", image.Digest);
    }

    [Fact]
    public async Task Collect_WhatIsLinkedWhereNobodyCanAsk_Stays()
    {
        var digest = await _world.PutBlobAsync("app", "linked below another name");
        await _world.Driver.WriteLinkAsync(
            StoragePath.Parse($"/docker/registry/v2/repositories/UPPER/_layers/sha256/{digest.Hex}/link"), digest, CancellationToken.None);
        await _world.Driver.PutAsync(StoragePath.Parse("/docker/registry/v2/blobs/sha256/zz/notes.txt"), "x"u8.ToArray(), CancellationToken.None);
        _world.Age();

        Assert.Empty(GarbageWorld.Removed(await _world.CollectAsync()));

        Assert.True(await _world.HasDataAsync(digest));
        Assert.False(await _world.HasBlobAsync("app", digest));
    }

    /// <summary>After each deletion the power goes: whatever a tag leads to is whole, and the next collection ends the work.</summary>
    [Fact]
    public async Task Collect_KilledAnywhere_LosesNothingThatIsReferredTo()
    {
        for (var deletions = 0; ; deletions++)
        {
            using var world = new GarbageWorld();
            var tagged = new List<(string Name, Digest Digest)>();
            for (var i = 0; i < 4; i++)
            {
                var name = $"team/app{i % 2}";
                var child = await world.PutImageAsync(name, null, [$"layer {i}", "shared"]);
                tagged.Add((name, (await world.PutIndexAsync(name, $"{i}", child.Digest)).Digest));
                var lone = await world.PutImageAsync(name, null, [$"lone {i}", "shared"]);
                await world.PutIndexAsync(name, null, lone.Digest);
                await world.PutImageAsync(name, null, [$"signature {i}"], subject: child.Digest);
                await world.PutBlobAsync(name, $"upload {i}");
            }

            world.Age();
            world.Driver.Deletions = deletions;
            var isKilled = false;
            try
            {
                await world.CollectAsync(removesUntagged: true);
            }
            catch (IOException)
            {
                isKilled = true;
            }

            world.Driver.Deletions = null;
            foreach (var (name, digest) in tagged)
            {
                await world.AssertWholeAsync(name, digest);
            }

            await world.CollectAsync(removesUntagged: true);
            foreach (var (name, digest) in tagged)
            {
                await world.AssertWholeAsync(name, digest);
            }

            Assert.False(await world.HasDataAsync(Digest.Of("lone 3"u8)));
            if (!isKilled)
            {
                Assert.True(deletions > 30);
                return;
            }
        }
    }

    [Fact]
    public async Task Collect_EmptyStorage_TellsOfNothing()
    {
        Assert.Equal([GarbageStepKind.Begun, GarbageStepKind.Marked, GarbageStepKind.Sweep], (await _world.CollectAsync()).Select(step => step.Kind));
    }

    [Fact]
    public async Task Collect_TenThousandRepositories_TakesSeconds()
    {
        for (var i = 0; i < 10_000; i++)
        {
            await _world.PutImageAsync($"n{i / 100}/app{i}", "1", [$"layer {i % 500}"]);
        }

        var lone = await _world.PutBlobAsync("n1/app100", "lone");
        _world.Age();
        var watch = Stopwatch.StartNew();

        var steps = await _world.CollectAsync(removesUntagged: true);

        Assert.Equal([lone], GarbageWorld.Removed(steps));
        Assert.Equal(10_000, steps.Count(step => step.Kind is GarbageStepKind.Repository));

        // Work that grew with the square of their number would take many times as long, also on a busy machine.
        Assert.True(watch.Elapsed < 2 * Patience.Deadline, $"{watch.Elapsed}");
    }
}
