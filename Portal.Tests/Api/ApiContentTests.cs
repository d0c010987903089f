using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Api;

/// <summary>Repositories, tags, images and what happened to them, as programs read and delete them.</summary>
public sealed partial class ApiContentTests(ApiPortal portal) : IClassFixture<ApiPortal>
{
    [Fact]
    public async Task Repositories_AreListed_Sorted_Searched_AndSeenByThemselves()
    {
        using var ada = portal.As(ApiPortal.Administrator);

        var all = await ada.GetAsync("repositories?sort=name&descending=true");
        var found = await ada.GetAsync("repositories?q=TEAM");
        var one = await ada.GetAsync("repositories/team/app");

        Assert.Equal(["team/app", "other/app", "app"], Names(all).Where(name => name.EndsWith("app", StringComparison.Ordinal)));
        Assert.Contains("team/app", Names(found));
        Assert.True(one["size"]!.GetValue<long>() > 0);
        Assert.Equal(["pull", "push", "delete"], one["actions"]!.AsArray().Select(action => action!.GetValue<string>()));
        Assert.Matches(Rfc3339(), one["lastPush"]!.GetValue<string>());
    }

    [Fact]
    public async Task List_GoesOn_ByItsCursorAndByItsLink_AndTellsTheTotal()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        var names = new List<string>();
        var address = "repositories/team/app/-/tags?sort=name&descending=false&limit=1";
        while (address is not null)
        {
            using var answer = await ada.SendAsync(HttpMethod.Get, address);
            var part = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            names.AddRange(Names(part));
            Assert.True(part["total"]!.GetValue<int>() >= 4);
            var link = answer.Headers.TryGetValues("Link", out var links) ? links.Single() : null;
            Assert.Equal(part["next"] is null, link is null);
            address = link is null ? null : Link().Match(link).Groups[1].Value["/api/v1/".Length..];
            Assert.True(address is null || address.EndsWith($"next={part["next"]}", StringComparison.Ordinal));
        }

        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.All(new[] { "1.0", "2.0", "multi", "signature" }, tag => Assert.Contains(tag, names));
    }

    [Fact]
    public async Task Tag_TellsConfig_Layers_History_Referrers_AndTheSameByDigest()
    {
        using var rita = portal.As(ApiPortal.Reader);

        var tag = await rita.GetAsync("repositories/team/app/-/tags/1.0");
        var manifest = await rita.GetAsync($"repositories/team/app/-/manifests/{portal.Image}");
        var index = await rita.GetAsync("repositories/team/app/-/tags/multi");
        var row = (await rita.GetAsync("repositories/team/app/-/tags?q=1.0"))["items"]![0]!;

        Assert.Equal(portal.Image.ToString(), tag["digest"]!.GetValue<string>());
        Assert.Equal("linux", tag["config"]!["os"]!.GetValue<string>());
        Assert.Equal("2026-01-02T03:04:05Z", tag["config"]!["createdAt"]!.GetValue<string>());
        Assert.Equal("COPY", tag["history"]![0]!["keyword"]!.GetValue<string>());
        Assert.Equal(tag["layers"]![0]!["digest"]!.GetValue<string>(), tag["history"]![0]!["layer"]!.GetValue<string>());
        Assert.Contains("application/vnd.example.signature", tag["referrers"]!.AsArray().Select(referrer => referrer!["artifactType"]!.GetValue<string>()));
        Assert.Equal($"docker pull {portal.RegistryAddress.Authority}/team/app:1.0", tag["pullCommands"]![0]!["byTag"]!.GetValue<string>());
        Assert.Equal("1.0", manifest["tags"]![0]!.GetValue<string>());
        Assert.Equal(["linux/amd64", "linux/arm64"], index["manifests"]!.AsArray().Select(entry => entry!["platform"]!.GetValue<string>()));
        Assert.Equal("image", row["kind"]!.GetValue<string>());
        Assert.Equal(tag["size"]!.GetValue<long>(), row["size"]!.GetValue<long>());
    }

    [Fact]
    public async Task Deletion_TakesATag_Several_AndAManifestWithItsTags()
    {
        using var mona = portal.As(ApiPortal.Maintainer);
        var digest = await portal.Client.PushImageAsync("team/doomed", "1");
        foreach (var tag in new[] { "2", "3", "4", "5" })
        {
            await portal.Client.PushImageAsync("team/doomed", tag);
        }

        await mona.ReadAsync(HttpMethod.Delete, "repositories/team/doomed/-/tags/1", status: HttpStatusCode.NoContent);
        using var again = await mona.SendAsync(HttpMethod.Delete, "repositories/team/doomed/-/tags/1");
        var several = await mona.ReadAsync(HttpMethod.Post, "repositories/team/doomed/-/tags/delete", """{"tags":["2","3","9"]}""");
        var left = await portal.Client.TagsAsync("team/doomed");
        await mona.ReadAsync(HttpMethod.Delete, $"repositories/team/doomed/-/manifests/{digest}");
        await mona.ReadAsync(HttpMethod.Get, $"repositories/team/doomed/-/manifests/{digest}", status: HttpStatusCode.NotFound);

        await ApiClient.AssertProblemAsync(again, HttpStatusCode.NotFound, "NOT_FOUND");
        Assert.Equal(["2", "3"], several!["deleted"]!.AsArray().Select(tag => tag!.GetValue<string>()));
        Assert.Equal(["9"], several["missing"]!.AsArray().Select(tag => tag!.GetValue<string>()));
        Assert.Equal(["4", "5"], left);
        using var gone = await portal.Client.GetAsync("/v2/team/doomed/manifests/4");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    /// <summary>A bad name among them is told before any is deleted.</summary>
    [Fact]
    public async Task Deletion_OfSeveral_WithABadTag_DeletesNone()
    {
        using var mona = portal.As(ApiPortal.Maintainer);
        await portal.Client.PushImageAsync("team/kept", "1");

        using var answer = await mona.SendAsync(HttpMethod.Post, "repositories/team/kept/-/tags/delete", """{"tags":["1","no tag!"]}""");

        Assert.Contains("no tag!", await ApiClient.AssertProblemAsync(answer, HttpStatusCode.BadRequest, "TAG_INVALID"), StringComparison.Ordinal);
        Assert.Equal(["1"], await portal.Client.TagsAsync("team/kept"));
    }

    [Fact]
    public async Task Pulls_AreToldByTheDay()
    {
        using var rita = portal.As(ApiPortal.Reader);
        await portal.Client.PushImageAsync("team/pulled", "1");
        Assert.Empty((await rita.GetAsync("repositories/team/pulled/-/pulls"))["days"]!.AsArray());
        using var pulled = await portal.Client.GetAsync("/v2/team/pulled/manifests/1");
        var days = new JsonArray();
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while (days.Count == 0)
        {
            // Counted a moment after it came.
            days = (await rita.GetAsync("repositories/team/pulled/-/pulls?days=7"))["days"]!.AsArray();
            deadline.Token.ThrowIfCancellationRequested();
        }

        Assert.Equal([0, 0, 0, 0, 0, 0, 1], days.Select(day => day!["count"]!.GetValue<int>()));
        Assert.True(DateOnly.TryParseExact(days[6]!["day"]!.GetValue<string>(), "yyyy-MM-dd", out _));
        await rita.ReadAsync(HttpMethod.Get, "repositories/team/none/-/pulls", status: HttpStatusCode.NotFound);
        using var bad = await rita.SendAsync(HttpMethod.Get, "repositories/team/pulled/-/pulls?days=401");
        Assert.Contains("from 1 to 400", await ApiClient.AssertProblemAsync(bad, HttpStatusCode.BadRequest, "INVALID"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TagHistory_TellsWhatATagPointedTo_AndTheTagIsPutBack()
    {
        using var mona = portal.As(ApiPortal.Maintainer);
        using var rita = portal.As(ApiPortal.Reader);
        var first = await portal.Client.PushImageAsync("team/back", "1");
        var second = await portal.Client.PushImageAsync("team/back", "1", layer: "another");
        JsonNode? history = null;
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while (history?["changes"]!.AsArray().Count is not 2)
        {
            // Written a moment after what it tells of.
            history = await rita.GetAsync("repositories/team/back/-/tags/1/history");
            deadline.Token.ThrowIfCancellationRequested();
        }

        Assert.Equal(second.ToString(), history["digest"]!.GetValue<string>());
        Assert.Equal([$"{second}", $"{first}"], history["changes"]!.AsArray().Select(change => change!["digest"]!.GetValue<string>()));
        await mona.ReadAsync(HttpMethod.Post, "repositories/team/back/-/tags/1/restore", $$"""{"digest":"{{first}}"}""", HttpStatusCode.NoContent);
        Assert.Equal(first.ToString(), (await rita.GetAsync("repositories/team/back/-/tags/1"))["digest"]!.GetValue<string>());

        using var refused = await rita.SendAsync(HttpMethod.Post, "repositories/team/back/-/tags/1/restore", $$"""{"digest":"{{second}}"}""");
        using var bad = await mona.SendAsync(HttpMethod.Post, "repositories/team/back/-/tags/1/restore", """{"digest":"latest"}""");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("latest", await ApiClient.AssertProblemAsync(bad, HttpStatusCode.BadRequest, "INVALID"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TagRestore_WithWhatTheClientKnows_DoesNotOverwriteALaterPush()
    {
        using var mona = portal.As(ApiPortal.Maintainer);
        var first = await portal.Client.PushImageAsync("team/known", "1");
        var second = await portal.Client.PushImageAsync("team/known", "1", layer: "another");
        const string Address = "repositories/team/known/-/tags/1/restore";

        using var moved = await mona.SendAsync(HttpMethod.Post, Address, $$"""{"digest":"{{first}}","expected":"{{first}}"}""");
        using var bad = await mona.SendAsync(HttpMethod.Post, Address, $$"""{"digest":"{{first}}","expected":"latest"}""");
        await ApiClient.AssertProblemAsync(moved, HttpStatusCode.Conflict, "TAG_MOVED");
        Assert.Contains("latest", await ApiClient.AssertProblemAsync(bad, HttpStatusCode.BadRequest, "INVALID"), StringComparison.Ordinal);
        Assert.Equal(second.ToString(), (await mona.GetAsync("repositories/team/known/-/tags/1"))["digest"]!.GetValue<string>());

        await mona.ReadAsync(HttpMethod.Post, Address, $$"""{"digest":"{{first}}","expected":"{{second}}"}""", HttpStatusCode.NoContent);
        Assert.Equal(first.ToString(), (await mona.GetAsync("repositories/team/known/-/tags/1"))["digest"]!.GetValue<string>());
    }

    [Fact]
    public async Task Copy_GivesAnotherRepositoryTheImage_AndOverwritesNothingThatIsNotExpected()
    {
        using var mona = portal.As(ApiPortal.Maintainer);
        using var rita = portal.As(ApiPortal.Reader);
        var digest = await portal.Client.PushImageAsync("team/from", "1");
        const string Address = "repositories/team/from/-/copies";
        const string Body = """{"reference":"1","to":"team/copied","tag":"stable","expected":""}""";

        var copied = (await mona.ReadAsync(HttpMethod.Post, Address, Body, HttpStatusCode.Created))!;
        using var again = await mona.SendAsync(HttpMethod.Post, Address, Body);
        using var refused = await rita.SendAsync(HttpMethod.Post, Address, Body);
        using var bad = await mona.SendAsync(HttpMethod.Post, Address, """{"reference":"1","to":"Team"}""");

        Assert.Equal(("team/copied", "stable", $"{digest}"), (copied["repository"]!.GetValue<string>(), copied["tag"]!.GetValue<string>(), copied["digest"]!.GetValue<string>()));
        Assert.Equal(["stable"], await portal.Client.TagsAsync("team/copied"));
        await ApiClient.AssertProblemAsync(again, HttpStatusCode.Conflict, "TAG_MOVED");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("Team", await ApiClient.AssertProblemAsync(bad, HttpStatusCode.BadRequest, "NAME_INVALID"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Description_IsWritten_Read_AndNotOverwrittenUnseen()
    {
        using var mona = portal.As(ApiPortal.Maintainer);
        using var rita = portal.As(ApiPortal.Reader);
        await portal.Client.PushImageAsync("team/described", "1");
        const string Address = "repositories/team/described/-/description";

        var before = await rita.GetAsync(Address);
        var written = (await mona.ReadAsync(HttpMethod.Put, Address, """{"text":"# Hello","version":0}"""))!;
        using var late = await mona.SendAsync(HttpMethod.Put, Address, """{"text":"lost","version":0}""");
        using var refused = await rita.SendAsync(HttpMethod.Put, Address, """{"text":"mine","version":1}""");

        Assert.Equal(("", false), (before["text"]!.GetValue<string>(), before["isWritten"]!.GetValue<bool>()));
        Assert.Equal(("# Hello", 1, ApiPortal.Maintainer), (written["text"]!.GetValue<string>(), written["version"]!.GetValue<long>(), written["changedBy"]!.GetValue<string>()));
        Assert.Contains("version 1", await ApiClient.AssertProblemAsync(late, HttpStatusCode.Conflict, "CONFLICT"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("# Hello", (await rita.GetAsync(Address))["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task Repository_IsDeletedWhole_ByWhoMay()
    {
        using var mona = portal.As(ApiPortal.Maintainer);
        using var rita = portal.As(ApiPortal.Reader);
        await portal.Client.PushImageAsync("team/doomed", "1");
        await portal.Client.PushImageAsync("team/doomed", "2", layer: "another");

        using var refused = await rita.SendAsync(HttpMethod.Delete, "repositories/team/doomed");
        var deleted = (await mona.ReadAsync(HttpMethod.Delete, "repositories/team/doomed"))!;
        using var again = await mona.SendAsync(HttpMethod.Delete, "repositories/team/doomed");

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal((2, 2), (deleted["tags"]!.GetValue<int>(), deleted["manifests"]!.GetValue<int>()));
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        Assert.Empty(await portal.Client.TagsAsync("team/doomed"));
    }

    [Fact]
    public async Task Search_FindsByKinds_WhatTheOneWhoAsksMaySee()
    {
        using var rita = portal.As(ApiPortal.Reader);

        var found = await rita.GetAsync("search?q=app");
        var byDigest = await rita.GetAsync($"search?q={portal.Image}");
        var byTag = await rita.GetAsync("search?q=multi");
        using var nothing = await rita.SendAsync(HttpMethod.Get, "search?q=");

        Assert.Equal(["app", "team/app"], found["repositories"]!.AsArray().Select(name => name!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.Contains("team/app", byDigest["manifests"]!.AsArray().Select(hit => hit!["repository"]!.GetValue<string>()));
        Assert.Equal("multi", byTag["tags"]![0]!["tag"]!.GetValue<string>());
        await ApiClient.AssertProblemAsync(nothing, HttpStatusCode.BadRequest, "INVALID");
    }

    [Fact]
    public async Task Activity_IsFiltered_AndTellsAddressesToAdministratorsAlone()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        using var rita = portal.As(ApiPortal.Reader);
        JsonNode? seen = null;
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while (seen is null || seen["items"]!.AsArray().Count == 0)
        {
            // Rows are written in batches, a moment after what they tell of; and counted a moment after they are read.
            seen = await ada.GetAsync("activity?kind=push&repository=team/app&actor=ada&from=2020-01-01&until=2099-12-31T00:00:00Z&limit=1");
            deadline.Token.ThrowIfCancellationRequested();
        }

        var others = await rita.GetAsync("activity?repository=team/app");
        var hidden = await rita.GetAsync("activity?repository=other/app");

        Assert.Equal("push", seen["items"]![0]!["kind"]!.GetValue<string>());
        Assert.NotNull(seen["items"]![0]!["address"]);
        Assert.All(others["items"]!.AsArray(), row => Assert.Null(row!["address"]));
        Assert.Equal(0, hidden["total"]!.GetValue<int>());
    }

    [Fact]
    public async Task Head_IsAsGet_WithoutABody_AndNothingIsStored()
    {
        using var ada = portal.As(ApiPortal.Administrator);

        using var head = await ada.SendAsync(HttpMethod.Head, "repositories?limit=1");
        using var missing = await ada.SendAsync(HttpMethod.Head, "repositories/none");

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal("application/json; charset=utf-8", head.Content.Headers.ContentType?.ToString());
        Assert.Contains("rel=\"next\"", head.Headers.GetValues("Link").Single(), StringComparison.Ordinal);
        Assert.True(head.Headers.CacheControl?.NoStore);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Equal("", await head.Content.ReadAsStringAsync());
    }

    private static IEnumerable<string> Names(JsonNode list) => list["items"]!.AsArray().Select(item => item!["name"]!.GetValue<string>());

    [GeneratedRegex("^<(/api/v1/[^>]+)>; rel=\"next\"$")]
    private static partial Regex Link();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")]
    private static partial Regex Rfc3339();
}
