using Microsoft.EntityFrameworkCore;
using Portal.Storage.Accounts;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Tests.Unit.Metadata;

public sealed class CatalogSearchTests
{
    private const string Labels = """
        {"os":"linux","architecture":"amd64","config":{"Labels":{"org.example.owner":"Größe & Söhne <b>","org.example.vcs":"deadbeef"}}}
        """;

    /// <summary>Those who see all are served by what matches, those who see some by what they see: both find the same.</summary>
    public static TheoryData<string> Viewers => new("**", "team/**", "*/*", "team/*|other/*|lib/nginx");

    [Theory]
    [InlineData("nginx", "lib/nginx,team/nginx-exporter,team/my-nginx")]
    [InlineData("NGINX", "lib/nginx,team/nginx-exporter,team/my-nginx")]
    [InlineData("lib/", "lib/nginx")]
    [InlineData("x", "lib/nginx,team/my-nginx,team/nginx-exporter")]
    [InlineData("zzz", "")]
    public async Task FindRepositories_Text_GivesTheBestFirst(string text, string expected)
    {
        await using var world = await CreateAsync("team/my-nginx", "team/nginx-exporter", "lib/nginx", "other/app");

        var found = await world.Search.FindRepositoriesAsync(Text(text), 0, 10, RepositoryFilter.All, CancellationToken.None);

        Assert.Equal(expected, string.Join(',', found.Items.Select(row => row.Name)));
        Assert.False(found.HasMore);
    }

    [Theory]
    [MemberData(nameof(Viewers))]
    public async Task FindTags_Text_FindsBeginningsFirst(string viewer)
    {
        await using var world = await CreateAsync("team/app");
        foreach (var tag in new[] { "1.0", "v1.0", "V1.0-rc", "x-v1.0", "nightly" })
        {
            await world.PutImageAsync("team/app", tag, [7]);
        }

        await world.ReconcileAsync();

        Assert.Equal("v1.0,V1.0-rc,x-v1.0", await TagsAsync("v1.0"));
        Assert.Equal("nightly", await TagsAsync("GHTL"));
        Assert.Equal("v1.0,V1.0-rc", await TagsAsync("v1", take: 2));
        Assert.Equal("x-v1.0", await TagsAsync("v1.0", skip: 2));
        Assert.Equal("", await TagsAsync("nope"));

        async Task<string> TagsAsync(string text, int skip = 0, int take = 10)
        {
            var found = await world.Search.FindTagsAsync(Text(text), skip, take, Seeing(viewer), CancellationToken.None);
            return string.Join(',', found.Items.Select(hit => hit.Tag));
        }
    }

    [Fact]
    public async Task FindTags_RepositoryAndTag_FindsTagsOfThoseAlone()
    {
        await using var world = await CreateAsync("team/app", "other/app", "other/tool");

        var found = await world.Search.FindTagsAsync(Text("app:la"), 0, 10, RepositoryFilter.All, CancellationToken.None);

        Assert.Equal("other/app,team/app", string.Join(',', found.Items.Select(hit => hit.Repository)));
    }

    [Fact]
    public async Task FindTags_RepositoryThatManyEndLike_FindsItFirstAndSaysThatThereIsMore()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await using (var context = world.CreateDbContext())
        {
            await context.Database.ExecuteSqlAsync($"""
                WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 300)
                INSERT INTO Repositories (Id, Name, TagCount, ManifestCount, Size)
                SELECT n, CASE n WHEN 299 THEN 'zoo/app' WHEN 300 THEN 'app' ELSE printf('a%03d-app', n) END, 1, 0, 0 FROM number
                """);
            await context.Database.ExecuteSqlAsync($"""
                INSERT INTO Tags (RepositoryId, Name, Digest, PushedAt) SELECT Id, 'latest', {Digest.Of([1]).ToString()}, 0 FROM Repositories
                """);
        }

        var found = await world.Search.FindTagsAsync(Text("app:la"), 0, 3, RepositoryFilter.All, CancellationToken.None);
        var last = await world.Search.FindTagsAsync(Text("app:la"), 190, 10, RepositoryFilter.All, CancellationToken.None);

        Assert.Equal("app,zoo/app,a001-app", string.Join(',', found.Items.Select(hit => hit.Repository)));
        Assert.Equal((10, true), (last.Items.Count, last.HasMore));
    }

    [Theory]
    [MemberData(nameof(Viewers))]
    public async Task FindDigests_Beginning_FindsTheManifest(string viewer)
    {
        await using var world = await CreateAsync();
        var image = await world.PutImageAsync("team/app", null, [5]);
        await world.ReconcileAsync();
        var hex = image.Digest.Hex.ToString();

        foreach (var text in new[] { hex[..4], hex[..12].ToUpperInvariant(), hex[..20], hex, image.Digest.ToString() })
        {
            var found = await world.Search.FindDigestsAsync(Text(text), 0, 10, Seeing(viewer), CancellationToken.None);
            Assert.Equal(image.Digest, Assert.Single(found.Items).Digest);
        }

        Assert.Empty((await world.Search.FindDigestsAsync(Text(hex[..3]), 0, 10, Seeing(viewer), CancellationToken.None)).Items);
        Assert.Empty((await world.Search.FindDigestsAsync(Text(hex[..20] + "0000"), 0, 10, Seeing(viewer), CancellationToken.None)).Items);
    }

    [Theory]
    [MemberData(nameof(Viewers))]
    public async Task FindLabels_PartOfALabel_FindsEachOnceWithTheNewestManifest(string viewer)
    {
        await using var world = await CreateAsync();
        await world.PutImageAsync("team/app", "1", [1], Labels);
        await world.ReconcileAsync();
        var newest = await world.PutImageAsync("team/app", "2", [2], Labels);
        await world.RefreshAsync("team/app", [newest.Digest], ["2"]);

        foreach (var text in new[] { "owner=Gr", "größe", "GRÖSSE"[..3] + "ße", "öhne <b>", "SÖHNE" })
        {
            var hit = Assert.Single((await world.Search.FindLabelsAsync(Text(text), 0, 10, Seeing(viewer), CancellationToken.None)).Items);
            Assert.Equal((newest.Digest, "org.example.owner=Größe & Söhne <b>"), (hit.Digest, hit.Line));
        }

        Assert.Empty((await world.Search.FindLabelsAsync(Text("ow"), 0, 10, Seeing(viewer), CancellationToken.None)).Items);
        Assert.Empty((await world.Search.FindLabelsAsync(Text("ownerowner"), 0, 10, Seeing(viewer), CancellationToken.None)).Items);
    }

    [Fact]
    public async Task Search_DeletedAndMovedRows_AreNotFoundAnyMore()
    {
        await using var world = await CreateAsync();
        var image = await world.PutImageAsync("team/app", "remove-me", [1], Labels);
        await world.PutImageAsync("team/app", "stay", [2]);
        await world.ReconcileAsync();

        await world.DeleteTagAsync("team/app", "remove-me");
        await world.DeleteManifestAsync("team/app", image.Digest);
        await world.RefreshAsync("team/app", [image.Digest], ["remove-me"]);

        Assert.Empty((await world.Search.FindTagsAsync(Text("remove"), 0, 10, RepositoryFilter.All, CancellationToken.None)).Items);
        Assert.Empty((await world.Search.FindLabelsAsync(Text("org.example"), 0, 10, RepositoryFilter.All, CancellationToken.None)).Items);
        await using var context = world.CreateDbContext();
        await context.Database.ExecuteSqlAsync($"INSERT INTO TagSearch (TagSearch) VALUES ('integrity-check')");
        await context.Database.ExecuteSqlAsync($"INSERT INTO TextSearch (TextSearch) VALUES ('integrity-check')");
    }

    /// <summary>Nothing of what may not be seen shows: not as a hit, and not as "there is more".</summary>
    [Theory]
    [InlineData("team/**")]
    [InlineData("t*m/*")]
    [InlineData("team/app")]
    public async Task Search_SomebodyWhoSeesSome_FindsNothingElse(string pattern)
    {
        await using var world = await CatalogWorld.CreateAsync();
        var secret = await world.PutImageAsync("secret/app", "hidden-tag", [1], Labels);
        await world.PutImageAsync("team/app", "1", [2]);
        await world.ReconcileAsync();
        var visible = Seeing(pattern);
        var hex = secret.Digest.Hex[..12].ToString();

        Assert.Equal(0, Count(await world.Search.FindRepositoriesAsync(Text("secret"), 0, 10, visible, CancellationToken.None)));
        Assert.Equal(0, Count(await world.Search.FindTagsAsync(Text("hidden"), 0, 10, visible, CancellationToken.None)));
        Assert.Equal(0, Count(await world.Search.FindTagsAsync(Text("app:hidden"), 0, 10, visible, CancellationToken.None)));
        Assert.Equal(0, Count(await world.Search.FindDigestsAsync(Text(hex), 0, 10, visible, CancellationToken.None)));
        Assert.Equal(0, Count(await world.Search.FindLabelsAsync(Text("deadbeef"), 0, 10, visible, CancellationToken.None)));
        Assert.Equal(1, Count(await world.Search.FindLabelsAsync(Text("deadbeef"), 0, 10, RepositoryFilter.All, CancellationToken.None)));
    }

    /// <summary>No character means anything to SQLite, its LIKE or its full-text search.</summary>
    [Theory]
    [InlineData("%%%")]
    [InlineData("___")]
    [InlineData("\\\\\\")]
    [InlineData("\"\"\"")]
    [InlineData("'; DROP TABLE Tags; --")]
    [InlineData("NOT AND OR")]
    [InlineData("NEAR(a b, 2)")]
    [InlineData("Lines:foo")]
    [InlineData("foo*")]
    [InlineData("^foo")]
    [InlineData("{a b}: c")]
    [InlineData("-foo")]
    [InlineData("(((")]
    [InlineData("a\0\u0001b\u001f")]
    [InlineData("\uD800\uD800\uD800")]
    [InlineData("::::")]
    [InlineData("sha256:")]
    [InlineData("\uFFFF\uFFFF\uFFFF")]
    [InlineData("😀😀😀😀")]
    public async Task Search_HostileText_FindsNothingAndFailsNowhere(string text)
    {
        await using var world = await CreateAsync("team/app");
        await world.PutImageAsync("team/app", "labelled", [3], Labels);
        await world.ReconcileAsync();

        foreach (var (visible, hostile) in new[] { "**", "team/*" }.SelectMany(_ => new[] { text, text + new string('x', 100_000) }, (viewer, part) => (Seeing(viewer), part)))
        {
            var parsed = Text(hostile);
            Assert.Equal(0, Count(await world.Search.FindRepositoriesAsync(parsed, 0, 10, visible, CancellationToken.None)));
            Assert.Equal(0, Count(await world.Search.FindTagsAsync(parsed, 0, 10, visible, CancellationToken.None)));
            Assert.Equal(0, Count(await world.Search.FindDigestsAsync(parsed, 0, 10, visible, CancellationToken.None)));
            Assert.Equal(0, Count(await world.Search.FindLabelsAsync(parsed, 0, 10, visible, CancellationToken.None)));
        }
    }

    [Fact]
    public async Task FindTags_MoreThanAreLookedAt_SaysThatThereMayBeMore()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await using (var context = world.CreateDbContext())
        {
            // 70,000 tags that a person does not see stand before the one that he does, and he sees too many to read them all.
            await context.Database.ExecuteSqlAsync($"""
                INSERT INTO Repositories (Id, Name, TagCount, ManifestCount, Size) VALUES (1, 'secret/app', 70000, 0, 0), (2, 'team/app', 70000, 0, 0)
                """);
            await context.Database.ExecuteSqlAsync($"""
                WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < 69999)
                INSERT INTO Tags (RepositoryId, Name, Digest, PushedAt)
                SELECT 1, printf('a%05d', n), {Digest.Of([1]).ToString()}, 0 FROM number
                """);
        }

        var none = await world.Search.FindTagsAsync(Text("a"), 0, 10, Seeing("team/**"), CancellationToken.None);
        var some = await world.Search.FindTagsAsync(Text("a"), 20, 10, RepositoryFilter.All, CancellationToken.None);

        Assert.Empty(none.Items);
        Assert.True(none.HasMore);
        Assert.Equal("a00020", some.Items[0].Tag.ToString());
        Assert.True(some.HasMore);
    }

    private static int Count<T>(Found<T> found) => found.Items.Count + (found.HasMore ? 1 : 0);

    private static SearchText Text(string text) => SearchText.Parse(text) ?? throw new ArgumentException("no text", nameof(text));

    private static RepositoryFilter Seeing(string patterns)
    {
        return RepositoryFilter.Of([.. patterns.Split('|').Select(pattern => RepositoryPattern.Parse(pattern))]);
    }

    private static async Task<CatalogWorld> CreateAsync(params string[] names)
    {
        var world = await CatalogWorld.CreateAsync();
        foreach (var name in names)
        {
            await world.PutImageAsync(name, "latest", [1]);
        }

        await world.ReconcileAsync();
        return world;
    }
}
