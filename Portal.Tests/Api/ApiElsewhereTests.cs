using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portal.Registry.Auth;
using Portal.Registry.Remotes;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Api;

/// <summary>Registries elsewhere, and the lists that are no tags: namespaces, what is left of deletions.</summary>
public sealed class ApiElsewhereTests(ApiPortal portal) : IClassFixture<ApiPortal>
{
    [Fact]
    public async Task RegistryElsewhere_IsListed_Read_AndDeletedFrom_ByAdministrators()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        using var rita = portal.As(ApiPortal.Reader);
        var digest = await portal.Elsewhere.PushImageAsync("far/app", "1", layer: "far");
        await portal.Elsewhere.PushImageAsync("far/app", "2", layer: "far");
        await portal.Elsewhere.PushImageAsync("far/other", "1", layer: "farther");

        var registries = await ada.GetAsync("registries");
        var state = await ada.GetAsync("registries/elsewhere");
        var gone = await ada.GetAsync("registries/gone");
        using var unreachable = await ada.SendAsync(HttpMethod.Get, "registries/gone/repositories");
        var first = await ada.GetAsync("registries/elsewhere/repositories?limit=1");
        var second = await ada.GetAsync($"registries/elsewhere/repositories?limit=1&next={first["next"]}");
        var searched = await ada.GetAsync("registries/elsewhere/repositories?q=OTHER");
        var tags = await ada.GetAsync("registries/elsewhere/repositories/far/app/-/tags?limit=1");
        var image = await ada.GetAsync("registries/elsewhere/repositories/far/app/-/tags/1");
        var address = $"registries/elsewhere/repositories/far/app/-/manifests/{digest}";
        var pointing = await ada.GetAsync($"{address}/tags");
        var blank = await ada.GetAsync("registries/elsewhere/repositories?q=%20&limit=1");
        await ada.ReadAsync(HttpMethod.Get, $"registries/elsewhere/repositories/far/none/-/manifests/{digest}/tags", status: HttpStatusCode.NotFound);
        await ada.ReadAsync(HttpMethod.Get, "registries/elsewhere/repositories/far/none/-/tags/1", status: HttpStatusCode.NotFound);
        await ada.ReadAsync(HttpMethod.Delete, address, status: HttpStatusCode.NoContent);
        await ada.ReadAsync(HttpMethod.Get, address, status: HttpStatusCode.NotFound);
        using var frozen = await ada.SendAsync(HttpMethod.Delete, $"registries/gone/repositories/far/app/-/manifests/{digest}");

        Assert.Equal(["elsewhere", "gone", "odd"], registries.AsArray().Select(registry => registry!["name"]!.GetValue<string>()));
        Assert.Null(registries[0]!["whyNothingIsDeleted"]);
        Assert.Contains("readonly", registries[1]!["whyNothingIsDeleted"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Null(state["problem"]);
        Assert.Contains("cannot be reached", gone["problem"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("cannot be reached", await ApiClient.AssertProblemAsync(unreachable, HttpStatusCode.ServiceUnavailable, "UNAVAILABLE"), StringComparison.Ordinal);
        Assert.Equal(["far/app", "far/other"], Items(first).Concat(Items(second)));
        Assert.Equal(["far/other"], Items(searched));
        Assert.Equal(["1"], Items(tags));
        Assert.True(tags["hasMore"]!.GetValue<bool>());
        Assert.Equal((digest.ToString(), "linux"), (image["digest"]!.GetValue<string>(), image["config"]!["os"]!.GetValue<string>()));
        Assert.Null(image["pullCount"]);
        Assert.EndsWith($"/far/app@{digest}", image["pullCommands"]![0]!["byDigest"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(["1", "2"], Items(pointing));
        Assert.False(pointing["hasMore"]!.GetValue<bool>());
        Assert.Equal(["far/app"], Items(blank));
        Assert.NotNull(blank["next"]);
        Assert.Contains("readonly", await ApiClient.AssertProblemAsync(frozen, HttpStatusCode.Forbidden, "UNSUPPORTED"), StringComparison.Ordinal);
        Assert.Empty((await rita.GetAsync("registries")).AsArray());
        await rita.ReadAsync(HttpMethod.Get, "registries/elsewhere/repositories", status: HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("""{"schemaVersion":1,"name":"app","tag":"1","fsLayers":[],"history":[]}""", "application/vnd.docker.distribution.manifest.v1+prettyjws", "first format")]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json"}""", MediaTypes.OciManifest, "is no manifest")]
    [InlineData("<html>", MediaTypes.OciManifest, "is no manifest")]
    public async Task ImageElsewhere_ThatIsNotRead_IsAConflict_AndNobodysMistakeHere(string manifest, string type, string told)
    {
        using var ada = portal.As(ApiPortal.Administrator);
        portal.Odd.Answer = context =>
        {
            context.Response.ContentType = type;
            return context.Response.WriteAsync(manifest);
        };

        using var answer = await ada.SendAsync(HttpMethod.Get, "registries/odd/repositories/app/-/tags/1");

        var detail = await ApiClient.AssertProblemAsync(answer, HttpStatusCode.Conflict, "CONFLICT");
        Assert.Contains(told, detail, StringComparison.Ordinal);
        Assert.DoesNotContain("page", detail, StringComparison.Ordinal);
    }

    /// <summary>What a registry says of where its list goes on may be no name: the API gives nothing that it would refuse.</summary>
    [Fact]
    public async Task ListElsewhere_ThatGoesOnBehindWhatIsNoName_Ends()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        portal.Odd.Answer = context =>
        {
            context.Response.Headers.Link = $"<{context.Request.Path}?last={new string('x', 5000)}>; rel=\"next\"";
            return context.Response.WriteAsync("""{"repositories":["app"]}""");
        };

        using var answer = await ada.SendAsync(HttpMethod.Get, "registries/odd/repositories");
        var list = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

        Assert.Equal(["app"], Items(list));
        Assert.Null(list["next"]);
        Assert.True(list["hasMore"]!.GetValue<bool>());
        Assert.False(answer.Headers.Contains("Link"));
    }

    [Fact]
    public async Task TagsOfAManifestElsewhere_MoreThanAreAskedFor_AreSaidToBeCut_ToAdministratorsAlone()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        portal.Odd.Answer = context =>
        {
            context.Response.Headers["Docker-Content-Digest"] = $"{Digest.Of("x"u8)}";
            return HttpMethods.IsHead(context.Request.Method)
                ? Task.CompletedTask
                : context.Response.WriteAsync($$"""{"tags":[{{string.Join(',', Enumerable.Range(1000, RemoteRegistry.MostTags + 1).Select(number => $"\"{number}\""))}}]}""");
        };

        var list = await ada.GetAsync($"registries/odd/repositories/app/-/manifests/{portal.Image}/tags");

        Assert.Empty(Items(list));
        Assert.True(list["hasMore"]!.GetValue<bool>());
        await Assert.ThrowsAsync<OciException>(() => portal.Get<RemoteRegistries>().ListTagsOfAsync(
            new Identity { Kind = IdentityKind.Password, Name = ApiPortal.Reader }, null!, RepositoryName.Parse("app"), portal.Image, null, CancellationToken.None));
    }

    [Fact]
    public async Task Namespaces_AreALevelOfTheTree_FilteredAsTheCatalogIs()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        using var rita = portal.As(ApiPortal.Reader);

        var top = await ada.GetAsync("namespaces?limit=1");
        var rest = await ada.GetAsync($"namespaces?limit=100&next={top["next"]}");
        var team = await rita.GetAsync("namespaces?in=team&q=app&platform=linux/amd64");
        var seen = await rita.GetAsync("namespaces");
        var signed = await ada.GetAsync("repositories?kind=signature");
        var never = await ada.GetAsync("repositories?q=other/app&pulled=never&minSize=1&untagged=false");
        var tags = await ada.GetAsync("repositories/team/app/-/tags?pulled=30d");
        var facets = await ada.GetAsync("facets");

        Assert.Equal("other/", Assert.Single(top["namespaces"]!.AsArray())!["path"]!.GetValue<string>());
        Assert.Equal("team/", Assert.Single(rest["namespaces"]!.AsArray())!["path"]!.GetValue<string>());
        Assert.Equal("app", Assert.Single(rest["repositories"]!.AsArray())!["name"]!.GetValue<string>());
        Assert.Equal("team/app", Assert.Single(team["repositories"]!.AsArray())!["name"]!.GetValue<string>());
        Assert.Equal(["team/"], seen["namespaces"]!.AsArray().Select(space => space!["path"]!.GetValue<string>()));
        Assert.Empty(signed["items"]!.AsArray());
        Assert.Equal("other/app", Assert.Single(never["items"]!.AsArray())!["name"]!.GetValue<string>());
        Assert.Empty(tags["items"]!.AsArray());
        Assert.Contains("linux/amd64", facets["platforms"]!.AsArray().Select(platform => platform!.GetValue<string>()));
        Assert.Contains("image", facets["kinds"]!.AsArray().Select(kind => kind!.GetValue<string>()));
    }

    [Fact]
    public async Task Deletion_IsForeseen_AndADeletedTagIsFoundAndPutBack()
    {
        using var mona = portal.As(ApiPortal.Maintainer);
        var digest = await portal.Client.PushImageAsync("team/undone", "1", layer: "undone");
        await portal.Client.PushImageAsync("team/undone", "2", layer: "undone");

        var ofTag = await mona.GetAsync("repositories/team/undone/-/tags/1/deletion");
        var ofManifest = await mona.GetAsync($"repositories/team/undone/-/manifests/{digest}/deletion");
        var ofAll = await mona.GetAsync("repositories/team/undone/-/deletion");
        await mona.ReadAsync(HttpMethod.Get, "repositories/team/undone/-/tags/none/deletion", status: HttpStatusCode.NotFound);
        await mona.ReadAsync(HttpMethod.Delete, "repositories/team/undone/-/tags/1", status: HttpStatusCode.NoContent);
        await mona.ReadAsync(HttpMethod.Delete, "repositories/team/undone/-/tags/2", status: HttpStatusCode.NoContent);
        JsonNode? deleted = null;
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while (deleted?["total"]!.GetValue<int>() is not 2)
        {
            // Written a moment after what it tells of.
            deleted = await mona.GetAsync("repositories/team/undone/-/deleted-tags");
            deadline.Token.ThrowIfCancellationRequested();
        }

        var untagged = await mona.GetAsync("repositories/team/undone/-/untagged");
        var row = deleted["items"]!.AsArray().Single(tag => tag!["name"]!.GetValue<string>() == "1")!;
        await mona.ReadAsync(HttpMethod.Post, "repositories/team/undone/-/tags/1/restore", $$"""{"digest":"{{row["digest"]}}"}""", HttpStatusCode.NoContent);

        Assert.Equal(("1", "2", 0), (ofTag["tags"]![0]!.GetValue<string>(), ofTag["remainingTags"]![0]!.GetValue<string>(), ofTag["manifestCount"]!.GetValue<int>()));
        Assert.Equal((2, 1), (ofManifest["tagCount"]!.GetValue<int>(), ofManifest["manifestCount"]!.GetValue<int>()));
        Assert.True(ofManifest["freed"]!.GetValue<long>() > 0);
        Assert.Equal((2, 1), (ofAll["tagCount"]!.GetValue<int>(), ofAll["manifestCount"]!.GetValue<int>()));
        Assert.Equal((digest.ToString(), true, ApiPortal.Maintainer), (row["digest"]!.GetValue<string>(), row["hasManifest"]!.GetValue<bool>(), row["actor"]!.GetValue<string>()));
        Assert.Equal(digest.ToString(), Assert.Single(untagged["items"]!.AsArray())!["digest"]!.GetValue<string>());
        Assert.Equal(["1"], await portal.Client.TagsAsync("team/undone"));
    }

    /// <summary>Who may push takes back an own deletion, whichever program it was; somebody else's only who may delete.</summary>
    [Fact]
    public async Task Deletion_OfOnesOwn_IsTakenBackByWhoMayOnlyPush()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        var own = await portal.Client.PushImageAsync("team/own", "1", "own");
        var others = await portal.Client.PushImageAsync("team/own", "2", "of others");
        using var mona = portal.As(ApiPortal.Maintainer);
        var mine = (await mona.ReadAsync(HttpMethod.Delete, $"repositories/team/own/-/manifests/{own}"))!["deletionId"]!.GetValue<long>();
        var theirs = (await ada.ReadAsync(HttpMethod.Delete, $"repositories/team/own/-/manifests/{others}"))!["deletionId"]!.GetValue<long>();
        var token = await mona.ReadAsync(HttpMethod.Post, "users/mona/tokens", """{"name":"pushes","role":"writer","days":1}""", HttpStatusCode.Created);
        using var program = portal.As(ApiPortal.Maintainer, token!["secret"]!.GetValue<string>());

        var told = await program.GetAsync("repositories/team/own/-/deletions");
        await program.ReadAsync(HttpMethod.Post, $"repositories/team/own/-/deletions/{theirs}/undo", status: HttpStatusCode.NotFound);
        await program.ReadAsync(HttpMethod.Post, $"repositories/team/own/-/deletions/{mine}/undo");

        Assert.Equal(mine, Assert.Single(told["items"]!.AsArray())!["id"]!.GetValue<long>());
        Assert.Equal(["1"], await portal.Client.TagsAsync("team/own"));
    }

    [Fact]
    public async Task Deletion_OfARepositoryWithADescriptionAlone_IsTakenBack()
    {
        using var mona = portal.As(ApiPortal.Maintainer);
        var digest = await portal.Client.PushImageAsync("team/words", "1", "words");
        await mona.ReadAsync(HttpMethod.Put, "repositories/team/words/-/description", """{"text":"About it.","version":0}""");
        await mona.ReadAsync(HttpMethod.Delete, $"repositories/team/words/-/manifests/{digest}");

        var deleted = await mona.ReadAsync(HttpMethod.Delete, "repositories/team/words");
        await mona.ReadAsync(HttpMethod.Delete, "repositories/team/words", status: HttpStatusCode.NotFound);
        await mona.ReadAsync(HttpMethod.Post, $"repositories/team/words/-/deletions/{deleted!["deletionId"]}/undo");

        Assert.Equal("About it.", (await mona.GetAsync("repositories/team/words/-/description"))["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task Deletion_OfAManifestAndOfARepository_IsListed_AndTakenBackOnce()
    {
        using var mona = portal.As(ApiPortal.Maintainer);
        using var rita = portal.As(ApiPortal.Reader);
        using var guest = portal.As(null);
        var digest = await portal.Client.PushImageAsync("team/returned", "1", "returned");
        await portal.Client.PushImageAsync("team/returned", "2", "returned");
        await portal.Client.PushImageAsync("team/returned", "other", "returned, too");
        await mona.ReadAsync(HttpMethod.Put, "repositories/team/returned/-/description", """{"text":"About it.","version":0}""");

        var manifest = await mona.ReadAsync(HttpMethod.Delete, $"repositories/team/returned/-/manifests/{digest}");
        var repository = await mona.ReadAsync(HttpMethod.Delete, "repositories/team/returned");
        var listed = (await mona.GetAsync("repositories/team/returned/-/deletions"))["items"]!.AsArray();
        var readers = (await rita.GetAsync("repositories/team/returned/-/deletions"))["total"]!.GetValue<int>();
        var first = $"repositories/team/returned/-/deletions/{manifest!["deletionId"]}/undo";
        var second = $"repositories/team/returned/-/deletions/{repository!["deletionId"]}/undo";
        using var refused = await rita.SendAsync(HttpMethod.Post, first);
        await guest.ReadAsync(HttpMethod.Post, first, status: HttpStatusCode.NotFound);
        await mona.ReadAsync(HttpMethod.Post, first.Replace("team/returned", "team/app", StringComparison.Ordinal), status: HttpStatusCode.NotFound);
        await portal.Client.PushImageAsync("team/returned", "2", "meanwhile");
        var half = await mona.ReadAsync(HttpMethod.Post, first);
        var whole = await mona.ReadAsync(HttpMethod.Post, second);
        await mona.ReadAsync(HttpMethod.Post, second, status: HttpStatusCode.NotFound);

        Assert.Equal(0, readers);
        Assert.Equal((2, 1), (manifest["tags"]!.GetValue<int>(), manifest["manifests"]!.GetValue<int>()));
        Assert.Equal((1, 1), (repository["tags"]!.GetValue<int>(), repository["manifests"]!.GetValue<int>()));
        Assert.Equal([$"{repository["deletionId"]}", $"{manifest["deletionId"]}"], listed.Select(row => $"{row!["id"]}"));
        Assert.Equal(("mona", 2), (listed[1]!["actor"]!.GetValue<string>(), listed[1]!["tags"]!.GetValue<int>()));
        await ApiClient.AssertProblemAsync(refused, HttpStatusCode.Forbidden, "DENIED");
        Assert.Equal((1, 1, 1), (half!["manifests"]!.GetValue<int>(), half["tags"]!.GetValue<int>(), half["problems"]!.AsArray().Count));
        Assert.Empty(whole!["problems"]!.AsArray());
        Assert.Equal(["1", "2", "other"], await portal.Client.TagsAsync("team/returned"));
        Assert.Equal("About it.", (await rita.GetAsync("repositories/team/returned/-/description"))["text"]!.GetValue<string>());
    }

    private static IEnumerable<string> Items(JsonNode list) => list["items"]!.AsArray().Select(item => item!.GetValue<string>());
}
