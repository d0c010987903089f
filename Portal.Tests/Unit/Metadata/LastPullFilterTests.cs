using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Tests.Unit.Metadata;

/// <summary>Repositories and tags by when they were pulled last.</summary>
public sealed class LastPullFilterTests
{
    [Fact]
    public async Task FindRepositories_ByLastPull_CountsDaysBackFromNow()
    {
        await using var world = await MixedCatalog.CreateAsync();
        var now = world.Time.GetUtcNow();
        var image = await world.FindTagAsync("team/late", "1");
        await world.LastPulls.WriteAsync(
            [
                new LastPull("team/arm", "1", now.AddDays(-40)),
                new LastPull("team/late", $"{image.Digest}", now.AddDays(-5)),
                new LastPull("team/index", "gone", now),
                new LastPull("nowhere", "1", now),
            ],
            CancellationToken.None);

        Assert.Equal("team/late", await NamesAsync("7d"));
        Assert.Equal("team/arm,team/late", await NamesAsync("90d"));
        Assert.Equal("charts/app,team/arm,team/cosign,team/index,team/notary,team/tools/big,team/untagged", await NamesAsync("not-30d"));
        Assert.Equal("charts/app,team/cosign,team/index,team/notary,team/tools/big,team/untagged", await NamesAsync("never"));
        world.Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal("", await NamesAsync("7d"));
        var sorted = await world.Index.FindRepositoriesAsync(
            new RepositoryQuery { Sort = RepositorySort.LastPull, Descending = true, Take = 2 }, RepositoryFilter.All, CancellationToken.None);
        Assert.Equal(
            [("team/late", now.AddDays(-5)), ("team/arm", now.AddDays(-40))], sorted.Items.Select(row => ($"{row.Name}", row.LastPull!.Value)));

        async Task<string> NamesAsync(string pulled)
        {
            var query = new RepositoryQuery { Pulled = PullAge.Parse(pulled) };
            var page = await world.Index.FindRepositoriesAsync(query, RepositoryFilter.All, CancellationToken.None);
            Assert.True(query.IsFiltered);
            Assert.Equal(page.Items.Count, page.Total);
            return string.Join(',', page.Items.Select(row => row.Name));
        }
    }

    [Fact]
    public async Task FindTags_ByLastPull_TakesThatOfTheNameOrTheDigest()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var now = world.Time.GetUtcNow();
        await world.PutImageAsync("app", "by-name", [1]);
        var image = await world.PutImageAsync("app", "by-digest", [2]);
        await world.PutImageAsync("app", "never", [3]);
        await world.PutImageAsync("app", "both", [2]);
        await world.ReconcileAsync();
        await world.LastPulls.WriteAsync(
            [new LastPull("app", "by-name", now.AddDays(-2)), new LastPull("app", $"{image.Digest}", now.AddDays(-40)), new LastPull("app", "both", now)],
            CancellationToken.None);

        Assert.Equal("both,by-name,by-digest,never", await TagsAsync(null));
        Assert.Equal("both,by-name", await TagsAsync("7d"));
        Assert.Equal("by-digest,never", await TagsAsync("not-30d"));
        Assert.Equal("never", await TagsAsync("never"));

        // A tag that moves takes the pulls of its name along, and not those of the digest it had.
        var moved = await world.PutImageAsync("app", "by-digest", [4]);
        await world.RefreshAsync("app", [moved.Digest], ["by-digest"]);
        Assert.Equal("by-digest,never", await TagsAsync("never"));

        async Task<string> TagsAsync(string? pulled)
        {
            var query = new TagQuery { Sort = TagSort.LastPull, Pulled = PullAge.Parse(pulled) };
            var page = await world.Index.FindTagsAsync(RepositoryName.Parse("app"), query, CancellationToken.None);
            Assert.Equal(page.Items.Count, page.Total);
            return string.Join(',', page.Items.Select(row => row.Name));
        }
    }

    [Fact]
    public async Task LastPulls_LessThanAMinuteNewer_AreNotWritten()
    {
        await using var world = await MixedCatalog.CreateAsync();
        var now = world.Time.GetUtcNow();

        Assert.Equal(2, await WriteAsync(now));
        Assert.Equal(0, await WriteAsync(now.AddSeconds(59)));
        Assert.Equal(0, await WriteAsync(now.AddHours(-1)));
        Assert.Equal(2, await WriteAsync(now.AddSeconds(61)));
        Assert.Equal(now.AddSeconds(61), (await world.FindAsync("team/arm"))!.LastPull);

        // What a repository loses takes its pulls along.
        await world.DeleteTagAsync("team/arm", "1");
        await world.RefreshAsync("team/arm", [], ["1"]);
        Assert.Null((await world.FindAsync("team/arm"))!.LastPull);

        Task<int> WriteAsync(DateTimeOffset at) => world.LastPulls.WriteAsync([new LastPull("team/arm", "1", at)], CancellationToken.None);
    }

    [Theory]
    [InlineData("7d")]
    [InlineData("not-365d")]
    [InlineData("never")]
    [InlineData("0d", false)]
    [InlineData("-7d", false)]
    [InlineData("not-", false)]
    [InlineData("not--7d", false)]
    [InlineData("99999999d", false)]
    [InlineData("7", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void PullAge_Text_IsReadAndWrittenTheSame(string? text, bool isKnown = true)
    {
        Assert.Equal(isKnown ? text : null, PullAge.Parse(text)?.ToString());
    }
}
