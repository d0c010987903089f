using System.Net;
using System.Text.Json.Nodes;
using Portal.Registry.Auth;
using Portal.Storage.Layout;
using Portal.Storage.Repositories;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Api;

/// <summary>Users, permissions, tokens, endpoints and figures, as an administrator's programs read and change them.</summary>
public sealed class ApiAdministrationTests(ApiPortal portal) : IClassFixture<ApiPortal>
{
    [Fact]
    public async Task User_IsAdded_GetsAnotherPassword_IsDisabledEnabledAndDeleted()
    {
        using var ada = portal.As(ApiPortal.Administrator);

        var added = await ada.ReadAsync(HttpMethod.Post, "users", """{"name":"nora","password":"a first sentence"}""", HttpStatusCode.Created);
        using var twice = await ada.SendAsync(HttpMethod.Post, "users", """{"name":"nora","password":"a first sentence"}""");
        await ada.ReadAsync(HttpMethod.Put, "users/nora/password", """{"password":"a second sentence"}""", HttpStatusCode.NoContent);
        using var nora = portal.As("nora", "a second sentence");
        var me = await nora.GetAsync("me");
        await ada.ReadAsync(HttpMethod.Post, "users/nora/disable", status: HttpStatusCode.NoContent);
        await nora.ReadAsync(HttpMethod.Get, "me", status: HttpStatusCode.Unauthorized);
        var disabled = await ada.GetAsync("users/nora");
        await ada.ReadAsync(HttpMethod.Post, "users/nora/enable", status: HttpStatusCode.NoContent);
        var listed = await ada.GetAsync("users?q=NOR&limit=1");
        await ada.ReadAsync(HttpMethod.Delete, "users/nora", status: HttpStatusCode.NoContent);
        await ada.ReadAsync(HttpMethod.Delete, "users/nora", status: HttpStatusCode.NotFound);
        using var herself = await ada.SendAsync(HttpMethod.Delete, "users/ada");

        Assert.Equal("htpasswd", added!["source"]!.GetValue<string>());
        Assert.Contains("\"nora\" already", await ApiClient.AssertProblemAsync(twice, HttpStatusCode.Conflict, "CONFLICT"), StringComparison.Ordinal);
        Assert.Equal(("nora", "password", false), (me["name"]!.GetValue<string>(), me["credentials"]!.GetValue<string>(), me["isAdministrator"]!.GetValue<bool>()));
        Assert.True(disabled["isDisabled"]!.GetValue<bool>());
        Assert.Equal(1, listed["total"]!.GetValue<int>());
        await ApiClient.AssertProblemAsync(herself, HttpStatusCode.Conflict, "CONFLICT");
    }

    [Fact]
    public async Task Token_OfARobot_SeesWhatItsPatternLetsThrough_ChangesNoUsers_AndIsRevoked()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        await ada.ReadAsync(HttpMethod.Post, "users", """{"name":"bot","isRobot":true}""", HttpStatusCode.Created);
        await ada.ReadAsync(HttpMethod.Post, "users/bot/tokens", """{"name":"x","repositories":["a**b"]}""", HttpStatusCode.BadRequest);
        foreach (var days in new[] { 0, 3651, 20_000_000 })
        {
            await ada.ReadAsync(HttpMethod.Post, "users/bot/tokens", $$"""{"name":"x","days":{{days}}}""", HttpStatusCode.BadRequest);
        }


        var own = await ada.ReadAsync(HttpMethod.Post, "users/ada/tokens", """{"name":"ci","role":"reader","repositories":["team/**"],"days":1}""", HttpStatusCode.Created);
        var secret = own!["secret"]!.GetValue<string>();
        using var program = portal.As(ApiPortal.Administrator, secret);
        var me = await program.GetAsync("me");
        var seen = await program.GetAsync("repositories");
        await program.ReadAsync(HttpMethod.Get, "repositories/other/app", status: HttpStatusCode.NotFound);
        await program.ReadAsync(HttpMethod.Delete, "repositories/team/app/-/tags/1.0", status: HttpStatusCode.Forbidden);
        await program.ReadAsync(HttpMethod.Get, "users", status: HttpStatusCode.Forbidden);
        await program.ReadAsync(HttpMethod.Post, "users/ada/tokens", """{"name":"more"}""", HttpStatusCode.Forbidden);
        var listed = await ada.GetAsync("users/ada/tokens");
        await ada.ReadAsync(HttpMethod.Delete, $"tokens/{own["token"]!["id"]}", status: HttpStatusCode.NoContent);
        await ada.ReadAsync(HttpMethod.Delete, $"tokens/{own["token"]!["id"]}", status: HttpStatusCode.NotFound);
        await program.ReadAsync(HttpMethod.Get, "me", status: HttpStatusCode.Unauthorized);

        Assert.Equal(("ci", "accessToken", false), (me["accessToken"]!.GetValue<string>(), me["credentials"]!.GetValue<string>(), me["isAdministrator"]!.GetValue<bool>()));
        Assert.Empty(me["rules"]!.AsArray());
        Assert.All(seen["items"]!.AsArray(), row => Assert.StartsWith("team/", row!["name"]!.GetValue<string>(), StringComparison.Ordinal));
        Assert.DoesNotContain(secret, listed.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("team/**", listed[0]!["repositories"]![0]!.GetValue<string>());
    }

    [Fact]
    public async Task OwnAccount_IsReadAndChangedWithThePassword_AndNotWithAToken()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        await ada.ReadAsync(HttpMethod.Post, "users", """{"name":"olga","password":"a first sentence"}""", HttpStatusCode.Created);
        using var olga = portal.As("olga", "a first sentence");
        var token = await olga.ReadAsync(HttpMethod.Post, "users/olga/tokens", """{"name":"ci","role":"reader","days":1}""", HttpStatusCode.Created);
        await portal.Get<Sessions>().StartAsync("olga", IPAddress.Loopback, "Firefox", null, null, CancellationToken.None);
        await portal.Get<Sessions>().StartAsync("olga", IPAddress.Loopback, "Chromium", null, null, CancellationToken.None);
        using var program = portal.As("olga", token!["secret"]!.GetValue<string>());
        using var guest = portal.As(null);

        var me = await olga.GetAsync("me");
        var browsers = (await olga.GetAsync("me/sessions")).AsArray();
        var firefox = browsers.Single(browser => browser!["userAgent"]!.GetValue<string>() == "Firefox")!["id"];
        await ada.ReadAsync(HttpMethod.Delete, $"me/sessions/{firefox}", status: HttpStatusCode.NotFound);
        await olga.ReadAsync(HttpMethod.Delete, $"me/sessions/{firefox}", status: HttpStatusCode.NoContent);
        var left = await olga.GetAsync("me/sessions");
        foreach (var (method, path, body) in new[] { ("GET", "me/sessions", null), ("DELETE", "me/sessions", null), ("PUT", "me/password", """{"current":"a first sentence","next":"x"}""") })
        {
            await program.ReadAsync(new HttpMethod(method), path, body, HttpStatusCode.Forbidden);
            await guest.ReadAsync(new HttpMethod(method), path, body, HttpStatusCode.Unauthorized);
        }

        using var wrong = await olga.SendAsync(HttpMethod.Put, "me/password", """{"current":"a guess","next":"a second sentence"}""");
        await olga.ReadAsync(HttpMethod.Put, "me/password", """{"current":"a first sentence","next":"a second sentence"}""", HttpStatusCode.NoContent);
        using var renewed = portal.As("olga", "a second sentence");

        Assert.Equal((2, 1), (browsers.Count, left.AsArray().Count));
        Assert.Empty((await renewed.GetAsync("me/sessions")).AsArray());
        Assert.Contains(me["rules"]!.AsArray(), rule => rule!["repositories"]!.GetValue<string>() == "app");
        Assert.Contains("current password", await ApiClient.AssertProblemAsync(wrong, HttpStatusCode.Conflict, "CONFLICT"), StringComparison.Ordinal);
        await olga.ReadAsync(HttpMethod.Get, "me", status: HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task GarbageCollection_IsBegun_Read_AndOneAtATime()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        using var rita = portal.As(ApiPortal.Reader);
        await rita.ReadAsync(HttpMethod.Post, "garbage-collection", """{"dryRun":true}""", HttpStatusCode.Forbidden);
        await ada.ReadAsync(HttpMethod.Post, "garbage-collection", """{"untagged":true}""", HttpStatusCode.BadRequest);

        var begun = await ada.ReadAsync(HttpMethod.Post, "garbage-collection", """{"dryRun":false,"untagged":true}""", HttpStatusCode.Accepted);
        var ended = (await ada.UntilAsync("garbage-collection", state => !state["isRunning"]!.GetValue<bool>()))["run"]!;
        using (portal.Get<LocalRegistry>().Blobs.Links.TryBegin(TimeSpan.Zero))
        {
            using var second = await ada.SendAsync(HttpMethod.Post, "garbage-collection", """{"dryRun":true}""");
            Assert.Contains("runs", await ApiClient.AssertProblemAsync(second, HttpStatusCode.Conflict, "CONFLICT"), StringComparison.Ordinal);
        }

        Assert.Equal(86_400, begun!["graceSeconds"]!.GetValue<int>());
        Assert.Equal(("done", "ada", false, true, 0), (
            ended["phase"]!.GetValue<string>(),
            ended["startedBy"]!.GetValue<string>(),
            ended["dryRun"]!.GetValue<bool>(),
            ended["untagged"]!.GetValue<bool>(),
            ended["blobs"]!.GetValue<int>()));
    }

    [Fact]
    public async Task GarbageCollection_ThatCannotReadAFolder_SaysWhich()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        var link = portal.Root + RegistryPaths.Repositories + "/unmounted";
        File.CreateSymbolicLink(link, portal.Root + "/nowhere");
        try
        {
            await ada.ReadAsync(HttpMethod.Post, "garbage-collection", """{"dryRun":true}""", HttpStatusCode.Accepted);
            var ended = (await ada.UntilAsync("garbage-collection", state => !state["isRunning"]!.GetValue<bool>()))["run"]!;

            Assert.Equal(("failed", 0), (ended["phase"]!.GetValue<string>(), ended["blobsFound"]!.GetValue<int>()));
            Assert.Contains("repositories/unmounted cannot be read", ended["problem"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.Equal("unmounted", ended["left"]![0]!["name"]!.GetValue<string>());
        }
        finally
        {
            File.Delete(link);
        }
    }

    [Fact]
    public async Task Permissions_AreRead_Explained_AndReplacedOnlyByWhoReadTheLast()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        var before = await ada.GetAsync("permissions");
        var more = before["rules"]!.DeepClone().AsArray();
        more.Add(new JsonObject { ["kind"] = "user", ["subject"] = "rita", ["role"] = "writer", ["repositories"] = "other/app" });
        var change = new JsonObject { ["before"] = before["rules"]!.DeepClone(), ["rules"] = more }.ToJsonString();
        try
        {
            var after = await ada.ReadAsync(HttpMethod.Put, "permissions", change);
            using var late = await ada.SendAsync(HttpMethod.Put, "permissions", change);
            var explained = await ada.GetAsync("permissions/explanation?repository=other/app&user=rita");
            using var lockedOut = await ada.SendAsync(HttpMethod.Put, "permissions", """{"rules":[],"answer":"openToSignedIn"}""");
            using var badPattern = await ada.SendAsync(HttpMethod.Put, "permissions", """{"rules":[{"kind":"anyone","role":"reader","repositories":"a//b"}]}""");

            Assert.Equal(more.Count, after!["rules"]!.AsArray().Count);
            Assert.Contains("meanwhile", await ApiClient.AssertProblemAsync(late, HttpStatusCode.Conflict, "CONFLICT"), StringComparison.Ordinal);
            Assert.Equal(["pull", "push"], explained["actions"]!.AsArray().Select(action => action!.GetValue<string>()));
            Assert.Contains("a//b", await ApiClient.AssertProblemAsync(badPattern, HttpStatusCode.BadRequest, "INVALID"), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, lockedOut.StatusCode);
        }
        finally
        {
            await portal.ResetRulesAsync();
        }
    }

    [Fact]
    public async Task Webhook_IsListed_Tested_Paused_ItsDeliveriesReadAndSentAgain_WithoutASecret()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        portal.Receiver.Answer = (_, _) => Task.CompletedTask;

        await ada.ReadAsync(HttpMethod.Post, "webhooks/hook/test", status: HttpStatusCode.NoContent);
        var rows = await ada.UntilAsync("webhooks/hook/deliveries?state=delivered&action=push&repository=test/webhook", list => list["total"]!.GetValue<int>() > 0);
        var id = rows["items"]![0]!["id"]!.GetValue<long>();
        var detail = await ada.UntilAsync($"webhooks/hook/deliveries/{id}", read => read["attempts"]!.AsArray().Count > 0);
        var endpoint = await ada.GetAsync("webhooks/hook");
        await ada.ReadAsync(HttpMethod.Post, $"webhooks/hook/deliveries/{id}/redeliver", status: HttpStatusCode.NoContent);
        await ada.UntilAsync($"webhooks/hook/deliveries/{id}", read => read["delivery"]!["attemptCount"]!.GetValue<int>() == 2);
        using var skipped = await ada.SendAsync(HttpMethod.Post, $"webhooks/hook/deliveries/{id}/skip");
        await ada.ReadAsync(HttpMethod.Get, $"webhooks/off%2Fone/deliveries/{id}", status: HttpStatusCode.NotFound);
        await ada.ReadAsync(HttpMethod.Post, "webhooks/hook/pause", status: HttpStatusCode.NoContent);
        var paused = await ada.GetAsync("webhooks");
        await ada.ReadAsync(HttpMethod.Post, "webhooks/hook/resume", status: HttpStatusCode.NoContent);
        var again = await ada.ReadAsync(HttpMethod.Post, "webhooks/hook/redeliver");
        using var off = await ada.SendAsync(HttpMethod.Post, "webhooks/off%2fone/test");
        await ada.ReadAsync(HttpMethod.Post, "webhooks/none/test", status: HttpStatusCode.NotFound);

        Assert.Equal(0, again!["count"]!.GetValue<int>());
        var told = detail.ToJsonString() + endpoint.ToJsonString() + paused.ToJsonString();
        Assert.DoesNotContain("hidden", told, StringComparison.Ordinal);
        Assert.Contains("Authorization: ***", detail["attempts"]![0]!["requestHeaders"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("test/webhook", detail["event"]!["target"]!["repository"]!.GetValue<string>());
        Assert.Equal(200, detail["attempts"]![0]!["status"]!.GetValue<int>());
        Assert.Equal(("hook", "paused", "ada"), (paused[0]!["name"]!.GetValue<string>(), paused[0]!["state"]!.GetValue<string>(), paused[0]!["pausedBy"]!.GetValue<string>()));
        await ApiClient.AssertProblemAsync(off, HttpStatusCode.Conflict, "CONFLICT");
        Assert.Contains("delivered", await ApiClient.AssertProblemAsync(skipped, HttpStatusCode.Conflict, "CONFLICT"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dashboard_Health_AndAudit_AreTold()
    {
        using var ada = portal.As(ApiPortal.Administrator);

        var dashboard = await ada.GetAsync("dashboard?span=hour");
        var health = await ada.GetAsync("health");
        var changes = await ada.GetAsync("health/changes");
        await ada.ReadAsync(HttpMethod.Post, "users", """{"name":"audited","isRobot":true}""", HttpStatusCode.Created);
        var audit = await ada.UntilAsync("audit?q=audited&action=userAdded&actor=ada", list => list["items"]!.AsArray().Count > 0);

        Assert.Equal(60, dashboard["times"]!.AsArray().Count);
        Assert.Equal(60, dashboard["series"]!["requests.answered"]!.AsArray().Count);
        Assert.True(dashboard["tagCount"]!.GetValue<int>() > 0);
        Assert.True(health["isInService"]!.GetValue<bool>());
        Assert.Equal(0, changes["total"]!.GetValue<int>());
        Assert.Equal("audited", audit["items"]![0]!["target"]!.GetValue<string>());
    }
}
