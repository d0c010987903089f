using System.Text.Json.Nodes;
using Portal.Registry.Auth;
using Portal.Registry.Descriptions;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Descriptions;

/// <summary>What is written about a repository, and what its newest image says of itself, in the running application.</summary>
public sealed class RepositoryDescriptionsTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private RepositoryDescriptions Descriptions => portal.Get<RepositoryDescriptions>();

    [Fact]
    public async Task Save_Text_IsThereAfterARestart_AndInTheAuditTrail()
    {
        await portal.Client.PushImageAsync("words/saved", "1.0");

        var saved = await SaveAsync("words/saved", "# Words", 0);
        await portal.RestartAsync();

        var found = await FindAsync("words/saved");
        Assert.Equal(("# Words", 1), (found.Written.Text, found.Written.Version));
        Assert.Equal(saved.ChangedAt, found.Written.ChangedAt);
        Assert.Equal("# Words", found.Text);
        var audit = await portal.Get<AuditStore>().FindAsync(new AuditQuery { Action = AuditAction.DescriptionChanged }, CancellationToken.None);
        Assert.Contains(audit.Items, line => line.Target == "words/saved");
    }

    [Fact]
    public async Task Save_SomebodyElseSavedMeanwhile_TellsWhatIsThere()
    {
        await portal.Client.PushImageAsync("words/conflict", "1.0");
        await SaveAsync("words/conflict", "theirs", 0);

        var conflict = await Assert.ThrowsAsync<DescriptionChangedException>(() => SaveAsync("words/conflict", "mine", 0));

        Assert.Equal(("theirs", 1), (conflict.Now.Text, conflict.Now.Version));
        Assert.Equal("theirs", (await FindAsync("words/conflict")).Text);
        Assert.Equal(2, (await SaveAsync("words/conflict", "mine", conflict.Now.Version)).Version);
    }

    [Fact]
    public async Task Save_ManyAtOnce_OneWins()
    {
        await portal.Client.PushImageAsync("words/race", "1.0");

        var saves = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Record.ExceptionAsync(() => SaveAsync("words/race", $"{i}", 0)).AsTask()));

        Assert.Single(saves, failure => failure is null);
        Assert.Equal(7, saves.Count(failure => failure is DescriptionChangedException));
    }

    [Theory]
    [InlineData(RepositoryDescriptions.MaxSize + 1)]
    [InlineData(10 * 1024 * 1024)]
    public async Task Save_TooLarge_IsRefused(int size)
    {
        await portal.Client.PushImageAsync("words/large", "1.0");

        var refusal = await Assert.ThrowsAsync<OciException>(() => SaveAsync("words/large", new string('x', size), 0));

        Assert.Equal(ErrorCode.SizeInvalid, refusal.Code);
    }

    [Fact]
    public async Task Save_RepositoryThatIsNotThere_IsRefused()
    {
        Assert.Equal(ErrorCode.NameUnknown, (await Assert.ThrowsAsync<OciException>(() => SaveAsync("words/none", "text", 0))).Code);
    }

    [Fact]
    public async Task Save_ByWhoMayOnlyPull_IsDenied()
    {
        await portal.Client.PushImageAsync("words/denied", "1.0");

        var refusal = await Assert.ThrowsAsync<OciException>(() => SaveAsync("words/denied", "text", 0, RepositoryActors.Guest));

        Assert.Equal(ErrorCode.Denied, refusal.Code);
    }

    [Fact]
    public async Task Find_NothingWritten_TakesWhatTheNewestImageSays()
    {
        var manifest = JsonNode.Parse(await ManifestOfAsync("words/image"))!.AsObject();
        manifest["annotations"] = new JsonObject
        {
            ["org.opencontainers.image.description"] = "From *annotations*",
            ["org.opencontainers.image.source"] = "https://example.com/source",
            ["org.opencontainers.image.title"] = new string('t', 9000),
        };
        using var put = await portal.Client.PutManifestAsync("words/image", "2.0", System.Text.Encoding.UTF8.GetBytes(manifest.ToJsonString()), MediaTypes.OciManifest);

        var found = await FindAsync("words/image");

        Assert.Equal("From *annotations*", found.Text);
        Assert.Equal(("https://example.com/source", "2.0"), (found.Facts.Source, found.Image.ToString()));
        Assert.Equal(501, found.Facts.Title!.Length);
        await SaveAsync("words/image", "written", 0);
        Assert.Equal("written", (await FindAsync("words/image")).Text);
    }

    [Fact]
    public async Task Text_OutlivesTheRepositorysTagsAndManifests()
    {
        var digest = await portal.Client.PushImageAsync("words/kept", "1.0");
        await SaveAsync("words/kept", "kept", 0);
        using var deleted = await portal.Client.SendAsync(HttpMethod.Delete, $"/v2/words/kept/manifests/{digest}");

        Assert.Equal("kept", (await FindAsync("words/kept")).Written.Text);
    }

    private async Task<byte[]> ManifestOfAsync(string name)
    {
        await portal.Client.PushImageAsync(name, "1.0");
        using var answer = await portal.Client.GetAsync($"/v2/{name}/manifests/1.0");
        return await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
    }

    private async Task<RepositoryAbout> FindAsync(string name) =>
        (await Descriptions.FindAsync(RepositoryActors.Local, RepositoryName.Parse(name), CancellationToken.None))!;

    private Task<Description> SaveAsync(string name, string text, long version, Identity? who = null) =>
        Descriptions.SaveAsync(who ?? RepositoryActors.Local, null, RepositoryName.Parse(name), text, version, CancellationToken.None);
}
