using System.Text;
using Microsoft.EntityFrameworkCore;
using Portal.Storage.Layout;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Tests.Unit.Metadata;

public sealed class CatalogWriterTests
{
    [Fact]
    public async Task Refresh_PushedImage_ShowsWhatItIs()
    {
        await using var world = await CatalogWorld.CreateAsync();
        const string Config = """
            {"os":"linux","architecture":"arm64","variant":"v8","created":"2025-05-06T07:08:09Z",
             "config":{"ExposedPorts":{"80/tcp":{}},"Labels":{"a":"b"}}}
            """;
        var image = await world.PutImageAsync("team/app", "1.0", [1000, 2000, 1000], Config);

        await world.RefreshAsync("team/app", [image.Digest], ["1.0"]);

        var tag = await world.FindTagAsync("team/app", "1.0");
        Assert.Equal(image.Digest, tag.Digest);
        Assert.Equal(MediaTypes.OciManifest, tag.MediaType);
        Assert.Equal(ManifestKind.Image, tag.Kind);
        Assert.Equal(3000 + Config.Length, tag.Size);
        Assert.Equal(["linux/arm64/v8"], tag.Platforms);
        Assert.Null(tag.ArtifactType);
        Assert.Equal(new DateTimeOffset(2025, 5, 6, 7, 8, 9, TimeSpan.Zero), tag.CreatedAt);
        Assert.Equal(world.Time.GetUtcNow(), tag.PushedAt);
        Assert.Equal(
            new RepositoryRow(RepositoryName.Parse("team/app"), 1, 1, 3000 + Config.Length, world.Time.GetUtcNow()) { UnsignedCount = 1 },
            await world.FindAsync("team/app"));
    }

    /// <summary>The format tells neither sizes nor a config: sizes are those of the blobs.</summary>
    [Fact]
    public async Task Refresh_ImageOfSchema1_ShowsWhatItIs()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var name = RepositoryName.Parse("old");
        var (one, two) = (Digest.Of("12345"u8), Digest.Of("123"u8));
        await world.Registry.Blobs.PutAsync(name, one, "12345"u8.ToArray(), CancellationToken.None);
        await world.Registry.Blobs.PutAsync(name, two, "123"u8.ToArray(), CancellationToken.None);
        var manifest = Manifest.ParseSchema1(Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":1,"name":"old","tag":"1","architecture":"arm64","fsLayers":[{"blobSum":"{{one}}"},{"blobSum":"{{two}}"}],
             "history":[{"v1Compatibility":"{\"os\":\"linux\",\"created\":\"2015-05-06T07:08:09Z\"}"},{"v1Compatibility":"{}"}]}
            """));
        await world.Registry.Manifests.PutAsync(name, manifest, CancellationToken.None);
        await world.Registry.Tags.SetAsync(name, Tag.Parse("1"), manifest.Digest, CancellationToken.None);

        await world.RefreshAsync("old", [manifest.Digest], ["1"]);

        var tag = await world.FindTagAsync("old", "1");
        Assert.Equal((ManifestKind.Image, MediaTypes.DockerSchema1Signed, 8), (tag.Kind, tag.MediaType, tag.Size));
        Assert.Equal(["linux/arm64"], tag.Platforms);
        Assert.Equal(new DateTimeOffset(2015, 5, 6, 7, 8, 9, TimeSpan.Zero), tag.CreatedAt);
    }

    [Fact]
    public async Task Refresh_Index_CountsItsPlatformsSharedLayersOnce()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var amd = await world.PutImageAsync("app", null, [1000, 5000], "{}");
        var arm = await world.PutImageAsync("app", null, [1000, 7000], "{} ");
        var attestation = await world.PutImageAsync("app", null, [10], "{}  ");
        var index = await world.PutIndexAsync(
            "app", "1", (amd, "linux", "amd64"), (arm, "linux", "arm64"), (attestation, "unknown", "unknown"));

        // The index is reported first: its manifests' rows come later.
        await world.RefreshAsync("app", [index.Digest], ["1"]);
        await world.RefreshAsync("app", [amd.Digest], []);
        await world.RefreshAsync("app", [arm.Digest, attestation.Digest], []);

        var tag = await world.FindTagAsync("app", "1");
        Assert.Equal(ManifestKind.Index, tag.Kind);
        Assert.Equal(["linux/amd64", "linux/arm64"], tag.Platforms);
        Assert.Equal(13010 + 2 + 3 + 4, tag.Size);
        Assert.Equal(tag.Size, (await world.FindAsync("app"))!.Size);
        Assert.Equal(4, (await world.FindAsync("app"))!.ManifestCount);
    }

    [Fact]
    public async Task Refresh_DeletedImage_FreesOnlyWhatNoOtherShares()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var first = await world.PutImageAsync("app", "1", [1000, 2000], "{}");
        var second = await world.PutImageAsync("app", "2", [1000, 4000], "{}");
        await world.RefreshAsync("app", [first.Digest, second.Digest], ["1", "2"]);
        Assert.Equal(7002, (await world.FindAsync("app"))!.Size);

        await world.DeleteTagAsync("app", "1");
        await world.DeleteManifestAsync("app", first.Digest);
        await world.RefreshAsync("app", [first.Digest], []);

        var row = await world.FindAsync("app");
        Assert.Equal((5002, 1, 1), (row!.Size, row.TagCount, row.ManifestCount));
    }

    [Fact]
    public async Task Refresh_LastManifestDeleted_RepositoryDisappears()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var image = await world.PutImageAsync("app", "1", [1]);
        await world.RefreshAsync("app", [image.Digest], ["1"]);

        await world.DeleteTagAsync("app", "1");
        await world.DeleteManifestAsync("app", image.Digest);
        await world.RefreshAsync("app", [image.Digest], []);

        Assert.Null(await world.FindAsync("app"));
        await using var context = world.CreateDbContext();
        Assert.Equal(0, await context.Database.SqlQuery<int>(
            $"SELECT (SELECT COUNT(*) FROM Tags) + (SELECT COUNT(*) FROM ManifestContents) AS Value").SingleAsync());
    }

    [Fact]
    public async Task Refresh_MovedTag_IsReadFromStorageWhateverTheOrderOfReports()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var first = await world.PutImageAsync("app", "latest", [1]);
        world.Time.Advance(TimeSpan.FromHours(1));
        var second = await world.PutImageAsync("app", "latest", [2]);

        // Only the older push was reported so far.
        await world.RefreshAsync("app", [first.Digest], ["latest"]);

        var tag = await world.FindTagAsync("app", "latest");
        Assert.Equal(second.Digest, tag.Digest);
        Assert.Equal(MediaTypes.OciManifest, tag.MediaType);
        Assert.Equal(world.Time.GetUtcNow(), (await world.FindAsync("app"))!.LastPush);
    }

    [Fact]
    public async Task Refresh_NothingThere_ChangesNothing()
    {
        await using var world = await CatalogWorld.CreateAsync();

        await world.RefreshAsync("app", [Digest.Of([1])], ["1"]);

        Assert.Null(await world.FindAsync("app"));
    }

    [Fact]
    public async Task Refresh_TagWithoutManifest_IsShownAsUnknown()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var image = await world.PutImageAsync("app", "good", [1]);
        await world.Registry.Tags.SetAsync(RepositoryName.Parse("app"), Tag.Parse("bad"), Digest.Of([1]), CancellationToken.None);

        await world.RefreshAsync("app", [image.Digest], ["good", "bad"]);

        var tag = await world.FindTagAsync("app", "bad");
        Assert.Equal((string.Empty, 0), (tag.MediaType, tag.Size));
        Assert.Empty(tag.Platforms);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{"os":"linux","os":"windows"}""")]
    [InlineData("""{"os":1}""")]
    [InlineData("""{"created":"yesterday"}""")]
    [InlineData("null")]
    [InlineData("[]")]
    public async Task Refresh_BadConfig_LeavesPlatformsOut(string config)
    {
        await using var world = await CatalogWorld.CreateAsync();
        var image = await world.PutImageAsync("app", "1", [1], config);

        await world.RefreshAsync("app", [image.Digest], ["1"]);

        var tag = await world.FindTagAsync("app", "1");
        Assert.Equal(ManifestKind.Image, tag.Kind);
        Assert.Empty(tag.Platforms);
        Assert.Null(tag.CreatedAt);
    }

    [Fact]
    public async Task Refresh_SizesThatCannotBeSummed_AreBounded()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var image = await world.PutImageAsync("app", "1", [long.MaxValue, long.MaxValue - 1, long.MaxValue - 2]);

        await world.RefreshAsync("app", [image.Digest], ["1"]);

        Assert.Equal(long.MaxValue, (await world.FindTagAsync("app", "1")).Size);
        Assert.Equal(long.MaxValue, (await world.FindAsync("app"))!.Size);
    }

    [Fact]
    public async Task Refresh_Artifact_ShowsItsTypeAndNoForeignLayer()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var artifact = await world.PutAsync("charts/app", "1", new
        {
            schemaVersion = 2,
            mediaType = MediaTypes.OciManifest,
            config = new { mediaType = "application/vnd.cncf.helm.config.v1+json", digest = CatalogWorld.LayerDigest(1), size = 1 },
            layers = new[]
            {
                new { mediaType = "application/tar+gzip", digest = CatalogWorld.LayerDigest(20), size = 20 },
                new
                {
                    mediaType = "application/vnd.oci.image.layer.nondistributable.v1.tar",
                    digest = CatalogWorld.LayerDigest(300),
                    size = 300,
                },
            },
        });

        await world.RefreshAsync("charts/app", [artifact.Digest], ["1"]);

        var tag = await world.FindTagAsync("charts/app", "1");
        Assert.Equal((ManifestKind.Artifact, "application/vnd.cncf.helm.config.v1+json", 21), (tag.Kind, tag.ArtifactType, tag.Size));
    }

    [Fact]
    public async Task Refresh_DamagedManifest_IsKeptAsUnknownUntilItCanBeRead()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var name = RepositoryName.Parse("app");
        var content = """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"""u8.ToArray();
        var digest = Digest.Of(content);
        await world.Driver.PutAsync(RegistryPaths.BlobData(digest), "damaged"u8.ToArray(), CancellationToken.None);
        await world.Driver.WriteLinkAsync(RegistryPaths.RevisionLink(name, digest), digest, CancellationToken.None);
        await world.Registry.Tags.SetAsync(name, Tag.Parse("1"), digest, CancellationToken.None);
        await world.RefreshAsync("app", [digest], ["1"]);
        Assert.Equal(string.Empty, (await world.FindTagAsync("app", "1")).MediaType);

        await world.Driver.PutAsync(RegistryPaths.BlobData(digest), content, CancellationToken.None);
        await world.ReconcileAsync();

        Assert.Equal(MediaTypes.OciIndex, (await world.FindTagAsync("app", "1")).MediaType);
    }
}
