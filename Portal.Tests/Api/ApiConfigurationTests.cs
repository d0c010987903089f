using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Portal.Registry.Configuration;
using Portal.Registry.Notifications;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Api;

/// <summary>The configuration and the endpoints in it, read and changed by an administrator's programs: no secret goes out, no change of another is lost.</summary>
public sealed class ApiConfigurationTests(ApiPortal portal) : IClassFixture<ApiPortal>
{
    [Fact]
    public async Task Configuration_IsTold_WithoutASecret_AndWithWhereEachValueComesFrom()
    {
        using var ada = portal.As(ApiPortal.Administrator);

        var file = await ada.GetAsync("configuration");
        var values = (await ada.GetAsync("configuration/effective")).AsArray().ToDictionary(value => value!["key"]!.GetValue<string>(), value => value!);

        Assert.Equal(portal.ConfigurationPath, file["path"]!.GetValue<string>());
        Assert.Contains("secret: (hidden)", file["text"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("# Of the tests.", file["text"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.True(file["isInForce"]!.GetValue<bool>());
        Assert.Null(file["whyNothingIsSaved"]);
        Assert.Equal(("portal.title", "REGISTRY_PORTAL_TITLE"), (file["held"]![1]!["key"]!.GetValue<string>(), file["held"]![1]!["variable"]!.GetValue<string>()));
        Assert.Equal(("By a variable", "environment", "REGISTRY_PORTAL_TITLE"), Of("portal.title", "variable"));
        Assert.Equal(("true", "file", "5"), Of("storage.delete.enabled", "line"));
        Assert.Equal(("***", "file", "6"), Of("http.secret", "line"));
        Assert.Equal(("8760h", "default", null), Of("portal.audit.retention", "line"));
        Assert.Equal("off/one", values["notifications.endpoints[1].name"]["value"]!.GetValue<string>());
        Assert.DoesNotContain("hidden-", file.ToJsonString() + new JsonArray([.. values.Values.Select(value => value.DeepClone())]).ToJsonString(), StringComparison.Ordinal);

        (string, string, string?) Of(string key, string place) =>
            (values[key]["value"]!.GetValue<string>(), values[key]["origin"]!.GetValue<string>(), values[key][place]?.ToString());
    }

    [Fact]
    public async Task Text_IsChecked_WithPlaceAndRemedy_AndNothingIsSaved()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        var before = await File.ReadAllTextAsync(portal.ConfigurationPath);
        var text = (await ada.GetAsync("configuration"))["text"]!.GetValue<string>();

        var good = await CheckAsync(ada, text.Replace("level: warn", "level: error", StringComparison.Ordinal).Replace("Our registry", "Another realm", StringComparison.Ordinal));
        var bad = await CheckAsync(ada, text.Replace("level: warn", "level: loud", StringComparison.Ordinal) + "storag: {delete: true}\n");
        var moves = await CheckAsync(ada, text.Replace("portal:\n  addr: '127.0.0.1:0'", "portal:\n  addr: ':5999'", StringComparison.Ordinal));
        var broken = await CheckAsync(ada, "version: [");

        Assert.True(good["isValid"]!.GetValue<bool>());
        Assert.Equal(("log.level", "auth.htpasswd.realm"), (good["live"]![0]!.GetValue<string>(), good["restart"]![0]!.GetValue<string>()));
        Assert.Empty(good["questions"]!.AsArray());
        Assert.False(bad["isValid"]!.GetValue<bool>());
        var problems = bad["problems"]!.AsArray().ToDictionary(problem => problem!["key"]!.GetValue<string>(), problem => problem!);
        Assert.Equal(("error", 2, 14), (
            problems["log.level"]["severity"]!.GetValue<string>(), problems["log.level"]["line"]!.GetValue<int>(), problems["log.level"]["column"]!.GetValue<int>()));
        Assert.Contains("loud", problems["log.level"]["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("warning", problems["storag"]["severity"]!.GetValue<string>());
        Assert.Equal("pagesMove", moves["questions"]![0]!["risk"]!.GetValue<string>());
        Assert.False(broken["isValid"]!.GetValue<bool>());
        Assert.Equal(before, await File.ReadAllTextAsync(portal.ConfigurationPath));
    }

    [Fact]
    public async Task Text_IsSaved_OncePerVersion_KeptInTheHistory_AndBroughtBack()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        var before = await File.ReadAllTextAsync(portal.ConfigurationPath);
        var read = await ada.GetAsync("configuration");
        var change = Body(read["version"], read["text"]!.GetValue<string>().Replace("level: warn", "level: error", StringComparison.Ordinal), ("comment", "by a program"));

        var saved = await ada.ReadAsync(HttpMethod.Put, "configuration", change);
        using var late = await ada.SendAsync(HttpMethod.Put, "configuration", change);
        var inForce = portal.Get<LiveConfiguration>().Current.Log.Level;
        var written = await File.ReadAllTextAsync(portal.ConfigurationPath);
        var versions = await ada.GetAsync("configuration/versions?limit=1");
        var older = await ada.GetAsync($"configuration/versions?limit=1&next={versions["next"]}");
        var id = older["items"]![0]!["id"]!.GetValue<long>();
        var old = await ada.GetAsync($"configuration/versions/{id}");
        await ada.ReadAsync(HttpMethod.Post, $"configuration/versions/{id}/restore", Body(read["version"]), HttpStatusCode.Conflict);
        var back = await ada.ReadAsync(HttpMethod.Post, $"configuration/versions/{id}/restore", Body(saved!["version"]));
        await ada.ReadAsync(HttpMethod.Get, "configuration/versions/99999", status: HttpStatusCode.NotFound);
        await ada.ReadAsync(HttpMethod.Post, "configuration/versions/99999/restore", Body(back!["version"]), HttpStatusCode.NotFound);
        var newest = (await ada.GetAsync("configuration/versions?limit=1"))["items"]![0]!;
        var audit = await ada.UntilAsync("audit?action=configurationChanged&actor=ada", list => list["total"]!.GetValue<int>() >= 2);

        Assert.Equal($"version {id} brought back", newest["comment"]!.GetValue<string>());
        Assert.Equal((await ada.GetAsync("configuration"))["version"]!.GetValue<string>(), back["version"]!.GetValue<string>());
        Assert.False(read["isRestarting"]!.GetValue<bool>());
        Assert.Equal("log.level", saved["live"]![0]!.GetValue<string>());
        Assert.Empty(saved["restart"]!.AsArray());
        Assert.Equal(Microsoft.Extensions.Logging.LogLevel.Error, inForce);
        Assert.Contains("read it again", await ApiClient.AssertProblemAsync(late, HttpStatusCode.Conflict, "CONFLICT"), StringComparison.Ordinal);
        Assert.Equal(before.Replace("level: warn", "level: error", StringComparison.Ordinal), written);
        Assert.Equal(("ada", "by a program"), (versions["items"]![0]!["savedBy"]!.GetValue<string>(), versions["items"]![0]!["comment"]!.GetValue<string>()));
        Assert.Contains("level: warn", old["text"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(portal.ConfigurationPath));
        Assert.DoesNotContain("hidden-", $"{versions}{old}{saved}{back}{audit}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_ThatIsWrong_OrClosesADoor_IsNotSaved()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        var before = await File.ReadAllTextAsync(portal.ConfigurationPath);
        var read = await ada.GetAsync("configuration");
        var text = read["text"]!.GetValue<string>();

        using var wrong = await ada.SendAsync(HttpMethod.Put, "configuration", Body(read["version"], text.Replace("level: warn", "level: loud", StringComparison.Ordinal)));
        using var moved = await ada.SendAsync(HttpMethod.Put, "configuration", Body(read["version"], text.Replace("portal:\n  addr: '127.0.0.1:0'", "portal:\n  addr: ':5999'", StringComparison.Ordinal)));
        using var stray = await ada.SendAsync(HttpMethod.Put, "configuration", Body(read["version"], text.Replace("By a variable", "", StringComparison.Ordinal) + "redis: {addrs: [localhost:6379], password: (hidden)}\n"));
        using var unknown = await ada.SendAsync(HttpMethod.Put, "configuration", """{"text":"","version":"","agreed":["everything"]}""");
        using var unchanged = await ada.SendAsync(HttpMethod.Put, "configuration", Body(read["version"], text));

        Assert.Contains("log.level", await ApiClient.AssertProblemAsync(wrong, HttpStatusCode.BadRequest, "INVALID"), StringComparison.Ordinal);
        Assert.Contains("pagesMove", await ApiClient.AssertProblemAsync(moved, HttpStatusCode.Conflict, "CONFLICT"), StringComparison.Ordinal);
        Assert.Contains("redis.password", await ApiClient.AssertProblemAsync(stray, HttpStatusCode.BadRequest, "INVALID"), StringComparison.Ordinal);
        await ApiClient.AssertProblemAsync(unknown, HttpStatusCode.BadRequest, "INVALID");
        Assert.Equal(HttpStatusCode.OK, unchanged.StatusCode);
        Assert.Equal(before, await File.ReadAllTextAsync(portal.ConfigurationPath));
    }

    /// <summary>A text may be a thousand times longer than any other body, but only for who may save one.</summary>
    [Fact]
    public async Task Text_ThatIsLong_IsTakenFromAdministratorsAlone()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        using var mona = portal.As(ApiPortal.Maintainer);
        var text = (await ada.GetAsync("configuration"))["text"]!.GetValue<string>();
        var longer = new JsonObject { ["text"] = text + string.Concat(Enumerable.Repeat("# a comment\n", 20_000)) }.ToJsonString();

        var checkedText = await ada.ReadAsync(HttpMethod.Post, "configuration/check", longer);
        using var refused = await mona.SendAsync(HttpMethod.Post, "configuration/check", """{"text":""}""");
        var token = await ada.ReadAsync(HttpMethod.Post, "users/ada/tokens", """{"name":"settings","role":"maintainer","days":1}""", HttpStatusCode.Created);
        using var program = portal.As(ApiPortal.Administrator, token!["secret"]!.GetValue<string>());
        using var byToken = await program.SendAsync(HttpMethod.Post, "configuration/check", """{"text":""}""");
        Assert.Contains(" 413 ", await AnnounceAsync(ApiPortal.Administrator, 3 * 1024 * 1024), StringComparison.Ordinal);
        Assert.Contains(" 403 ", await AnnounceAsync(ApiPortal.Maintainer, 3 * 1024 * 1024), StringComparison.Ordinal);

        Assert.True(checkedText!["isValid"]!.GetValue<bool>());
        await ApiClient.AssertProblemAsync(refused, HttpStatusCode.Forbidden, "DENIED");
        Assert.Contains("\"settings\" administers nothing", await ApiClient.AssertProblemAsync(byToken, HttpStatusCode.Forbidden, "DENIED"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Webhook_IsAdded_ReadWithoutSecrets_Changed_AndRemoved_AllElseStays()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        var before = await File.ReadAllTextAsync(portal.ConfigurationPath);
        const string Wanted = """
            {"name":"ci","url":"http://bob:hidden-four@127.0.0.1:1/events","isDisabled":true,"headers":{"Authorization":"hidden-five","X-From":"hidden-six"},"secret":"hidden-seven",
             "format":"cloudEvents","repositories":["team/**"],"tags":["v*"],"ignoredActions":["pull"],"timeout":"3s","threshold":4,"attempts":5}
            """;

        var added = await ada.ReadAsync(HttpMethod.Post, "webhooks", Wanted, HttpStatusCode.Created);
        using var twice = await ada.SendAsync(HttpMethod.Post, "webhooks", Wanted);
        var settings = await ada.GetAsync("webhooks/ci/settings");
        var next = settings.DeepClone().AsObject();
        next["isDisabled"] = false;
        next["headers"]!.AsObject().Remove("X-From");
        next["threshold"] = null;
        var changed = await ada.ReadAsync(HttpMethod.Put, "webhooks/ci/settings", next.ToJsonString());
        using var late = await ada.SendAsync(HttpMethod.Put, "webhooks/ci/settings", next.ToJsonString());
        var endpoint = portal.Get<LiveConfiguration>().Current.Notifications.Endpoints.Single(entry => entry.Name == "ci");
        var extra = portal.Get<LiveConfiguration>().Current.Portal.Notifications.Of("ci");
        await ada.ReadAsync(HttpMethod.Delete, "webhooks/ci", status: HttpStatusCode.NoContent);
        await ada.ReadAsync(HttpMethod.Delete, "webhooks/ci", status: HttpStatusCode.NotFound);
        await ada.ReadAsync(HttpMethod.Get, "webhooks/ci/settings", status: HttpStatusCode.NotFound);

        Assert.Equal(("ci", "off", "cloudEvents"), (added!["name"]!.GetValue<string>(), added["state"]!.GetValue<string>(), added["format"]!.GetValue<string>()));
        Assert.Contains("\"ci\" already", await ApiClient.AssertProblemAsync(twice, HttpStatusCode.Conflict, "CONFLICT"), StringComparison.Ordinal);
        Assert.Equal(("(hidden)", "(hidden)", 5), (settings["secret"]!.GetValue<string>(), settings["headers"]!["X-From"]!.GetValue<string>(), settings["attempts"]!.GetValue<int>()));
        Assert.DoesNotContain("hidden-", $"{added}{settings}{changed}", StringComparison.Ordinal);
        Assert.Null(changed!["threshold"]);
        Assert.Contains("read it again", await ApiClient.AssertProblemAsync(late, HttpStatusCode.Conflict, "CONFLICT"), StringComparison.Ordinal);

        // What was not told, and came back as a placeholder, is still there.
        Assert.Equal(("hidden-five", "bob:hidden-four", false), (endpoint.Headers["Authorization"].Single(), endpoint.Url!.UserInfo, endpoint.Disabled));
        Assert.Equal(["Authorization"], endpoint.Headers.Keys);
        Assert.Equal((PayloadFormat.CloudEvents, "hidden-seven", 5), (extra.Format, extra.Secret?.Value, extra.Attempts));
        var left = await File.ReadAllTextAsync(portal.ConfigurationPath);
        Assert.StartsWith(before.TrimEnd(), left, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-four", left, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-seven", left, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "webhooks", """{"url":"http://127.0.0.1:1/"}""", HttpStatusCode.BadRequest, "field name")]
    [InlineData("POST", "webhooks", """{"name":"bad","url":"ftp://x"}""", HttpStatusCode.BadRequest, "notifications.endpoints")]
    [InlineData("POST", "webhooks", """{"name":"bad","url":"http://127.0.0.1:1/","timeout":"soon"}""", HttpStatusCode.BadRequest, "timeout")]
    [InlineData("POST", "webhooks", """{"name":"bad","url":"http://127.0.0.1:1/","secret":"(hidden)"}""", HttpStatusCode.BadRequest, "nothing was")]
    [InlineData("POST", "webhooks", """{"name":"bad","url":"http://127.0.0.1:1/","headers":{"A":null}}""", HttpStatusCode.BadRequest, "headers.A")]
    [InlineData("POST", "webhooks", """{"name":"bad","url":"http://127.0.0.1:1/","headers":{"A":""}}""", HttpStatusCode.BadRequest, "headers.A of the body has no value")]
    [InlineData("POST", "webhooks", """{"name":"bad","url":"http://127.0.0.1:1/","headers":{" ":"b"}}""", HttpStatusCode.BadRequest, "has no name")]
    [InlineData("PUT", "webhooks/hook/settings", """{"url":"http://127.0.0.1:1/","headers":{"Authorization":"(hidden)"}}""", HttpStatusCode.BadRequest, "headers.Authorization of the body keeps")]
    [InlineData("PUT", "webhooks/hook/settings", """{"url":"http://user:(hidden)@127.0.0.1:1/"}""", HttpStatusCode.BadRequest, "url of the body keeps")]
    [InlineData("PUT", "webhooks/hook/settings", """{"url":"http://127.0.0.1:1/","headers":{"Authorization":""}}""", HttpStatusCode.BadRequest, "headers.Authorization of the body has no value")]
    [InlineData("POST", "webhooks", """{"name":"bad","url":"http://127.0.0.1:1/","headers":{"A: b\nC":"d"}}""", HttpStatusCode.BadRequest, "")]
    [InlineData("POST", "webhooks", """{"name":"bad","url":"http://127.0.0.1:1/","headers":{"A":"b\r\nC: d"}}""", HttpStatusCode.BadRequest, "")]
    [InlineData("POST", "webhooks", """{"name":"bad","url":"http://127.0.0.1:1/","tags":["a\nb"]}""", HttpStatusCode.BadRequest, "several lines")]
    [InlineData("POST", "webhooks", """{"name":"bad","url":"http://127.0.0.1:1/","ignoredActions":["sleep"]}""", HttpStatusCode.BadRequest, "sleep")]
    [InlineData("PUT", "webhooks/hook/settings", """{"name":"other","url":"http://127.0.0.1:1/"}""", HttpStatusCode.BadRequest, "keeps its name")]
    [InlineData("PUT", "webhooks/none/settings", """{"url":"http://127.0.0.1:1/"}""", HttpStatusCode.NotFound, "")]
    public async Task Webhook_ThatCannotBe_IsRefused_AndTheFileStays(string method, string path, string body, HttpStatusCode status, string told)
    {
        using var ada = portal.As(ApiPortal.Administrator);
        var before = await File.ReadAllTextAsync(portal.ConfigurationPath);

        using var answer = await ada.SendAsync(new HttpMethod(method), path, body);

        Assert.Contains(told, await ApiClient.AssertProblemAsync(answer, status, status is HttpStatusCode.NotFound ? "NOT_FOUND" : "INVALID"), StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(portal.ConfigurationPath));
    }

    /// <summary>What the file holds by hands of others is no fault of a request: it is told as it is, and nothing is written.</summary>
    [Fact]
    public async Task File_ThatIsWrongAlready_OrNoText_IsAConflict()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        var before = await File.ReadAllBytesAsync(portal.ConfigurationPath);
        try
        {
            await File.WriteAllTextAsync(portal.ConfigurationPath, Encoding.UTF8.GetString(before).Replace("level: warn", "level: loud", StringComparison.Ordinal));
            using var wrong = await ada.SendAsync(HttpMethod.Post, "webhooks", """{"name":"late","url":"http://127.0.0.1:1/"}""");
            Assert.Contains("log.level", await ApiClient.AssertProblemAsync(wrong, HttpStatusCode.Conflict, "CONFLICT"), StringComparison.Ordinal);

            await File.WriteAllBytesAsync(portal.ConfigurationPath, [0xff, 0xfe, 0xff]);
            using var noText = await ada.SendAsync(HttpMethod.Get, "configuration");
            Assert.Contains("not UTF-8", await ApiClient.AssertProblemAsync(noText, HttpStatusCode.Conflict, "CONFLICT"), StringComparison.Ordinal);
        }
        finally
        {
            await File.WriteAllBytesAsync(portal.ConfigurationPath, before);
        }
    }

    [Theory]
    [InlineData("put", "webhooks/held/settings")]
    [InlineData("delete", "webhooks/held")]
    public async Task Webhook_ThatAVariableHolds_IsNotWritten(string method, string path)
    {
        using var ada = portal.As(ApiPortal.Administrator);
        var before = await File.ReadAllTextAsync(portal.ConfigurationPath);

        using var answer = await ada.SendAsync(new HttpMethod(method.ToUpperInvariant()), path, method == "put" ? """{"url":"http://127.0.0.1:1/"}""" : null);

        Assert.Contains("REGISTRY_PORTAL_NOTIFICATIONS_ENDPOINTS_0_ATTEMPTS", await ApiClient.AssertProblemAsync(answer, HttpStatusCode.Conflict, "CONFLICT"), StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(portal.ConfigurationPath));
    }

    /// <summary>Sends the head of a request alone: the server answers before the body comes, and may hang up on who goes on sending.</summary>
    /// <returns>The first line of the answer.</returns>
    private async Task<string?> AnnounceAsync(string user, int length)
    {
        using var request = new TcpClient();
        await request.ConnectAsync(portal.PortalAddress.Host, portal.PortalAddress.Port);
        var head = $"POST /api/v1/configuration/check HTTP/1.1\r\nHost: x\r\nAuthorization: {PasswordFile.Basic(user, PasswordFile.Password)}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n";
        await request.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        using var reader = new StreamReader(request.GetStream());
        return await reader.ReadLineAsync().WaitAsync(Patience.Deadline);
    }

    private static async Task<JsonNode> CheckAsync(ApiClient client, string text) =>
        (await client.ReadAsync(HttpMethod.Post, "configuration/check", new JsonObject { ["text"] = text }.ToJsonString()))!;

    private static string Body(JsonNode? version, string? text = null, (string Field, string Value)? more = null)
    {
        var body = new JsonObject { ["version"] = version!.DeepClone() };
        if (text is not null)
        {
            body["text"] = text;
        }

        if (more is var (field, value))
        {
            body[field] = value;
        }

        return body.ToJsonString();
    }
}
