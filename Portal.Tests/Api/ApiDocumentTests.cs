using System.Net;
using System.Text.Json.Nodes;
using Portal.Registry.Auth;
using Portal.Tests.Fixtures;
using Portal.Web.Api;

namespace Portal.Tests.Api;

/// <summary>The OpenAPI document says what the API does, no more and no less, and what it gives as an example works.</summary>
public sealed class ApiDocumentTests(ApiPortal portal) : IClassFixture<ApiPortal>
{
    [Fact]
    public async Task Document_HasEveryOperation_AndNothingElse()
    {
        using var guest = portal.As(null);
        var document = await guest.GetAsync("openapi.json");

        var documented = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(method => $"{method.Key.ToUpperInvariant()} {path.Key}"));
        var routed = portal.Get<ApiRoutes>().Operations.Select(operation => $"{operation.Method} /{operation.Path}").ToList();
        Assert.Equal(routed.Order(), documented.Order());
        Assert.Equal(routed.Count, portal.Get<ApiRoutes>().Operations.Select(operation => operation.Id).Distinct().Count());
        Assert.StartsWith("3.1.", document["openapi"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(new Uri(portal.PortalAddress, "api/v1").ToString(), document["servers"]![0]!["url"]!.GetValue<string>());
    }

    [Fact]
    public async Task Document_DescribesEveryParameterAndField_AndEveryReferenceLeadsSomewhere()
    {
        using var guest = portal.As(null);
        var document = await guest.GetAsync("openapi.json");

        var schemas = document["components"]!["schemas"]!.AsObject();
        Assert.All(schemas, schema => Assert.All(
            schema.Value!["properties"]!.AsObject(), field => Assert.False(string.IsNullOrEmpty(field.Value!["description"]?.ToString()), $"{schema.Key}.{field.Key}")));
        Assert.All(Find(document, "in"), parameter => Assert.False(string.IsNullOrEmpty(parameter["description"]?.ToString()), parameter.ToJsonString()));
        Assert.NotEmpty(Find(document, "$ref"));
        Assert.All(Find(document, "$ref"), node =>
        {
            var target = node["$ref"]!.GetValue<string>().Split('/').Skip(1).Aggregate<string, JsonNode?>(document, (place, part) => place?[part]);
            Assert.True(target is not null, node.ToJsonString());
        });
    }

    /// <summary>Deletions come last, each with something to delete.</summary>
    [Fact]
    public async Task EveryExample_Answers_WithTheFieldsThatAreDocumented()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        await ada.ReadAsync(HttpMethod.Post, "webhooks/hook/test", status: HttpStatusCode.NoContent);
        const string delivery = "1";

        // Not before it is known that it went well: an example pauses the endpoint, and another one skips what waits.
        await ada.UntilAsync("webhooks/hook/deliveries?state=delivered", list => list["items"]!.AsArray().Any(row => $"{row!["id"]}" == delivery));
        await portal.Get<Sessions>().StartAsync(ApiPortal.Administrator, IPAddress.Loopback, "a test", null, null, CancellationToken.None);
        var session = $"{portal.Get<Sessions>().Of(ApiPortal.Administrator)[0].Id}";
        var schemas = (await ada.GetAsync("openapi.json"))["components"]!["schemas"]!;
        var operations = portal.Get<ApiRoutes>().Operations
            .OrderBy(operation => operation.Id is "addUser" ? 0 : operation.Id is "deleteRepository" ? 3 : operation.Id.StartsWith("delete", StringComparison.Ordinal) ? 2 : 1);
        var token = "";
        try
        {
            foreach (var operation in operations)
            {
                await portal.Client.PushImageAsync("team/app", "1.0");
                if (operation.Id is "skipDelivery")
                {
                    // The example before sent it again.
                    await ada.UntilAsync($"webhooks/hook/deliveries/{delivery}", read => read["delivery"]!["state"]!.GetValue<string>() == "delivered");
                }

                var values = new Dictionary<string, string> { ["digest"] = $"{portal.Image}", ["blob"] = $"{portal.Sbom}", ["id"] = operation.Id is "revokeToken" ? token : operation.Id is "endSession" ? session : operation.Id is "undoDeletion" ? await DeleteAsync(ada) : delivery };
                var path = ApiExample.PathOf(operation, values);
                var body = await BodyOfAsync(operation, ada);
                using var answer = await ada.SendAsync(new HttpMethod(operation.Method), path, body);
                var text = await answer.Content.ReadAsStringAsync();

                // A delivery that went well cannot be skipped, a robot has no password, and ada another one.
                var expected = operation.Id is "skipDelivery" or "setPassword" or "setOwnPassword" ? 409 : operation.Status;
                Assert.True((int)answer.StatusCode == expected, $"{operation.Id} {path}: {(int)answer.StatusCode} {text}");
                if (operation.Id is "addToken")
                {
                    token = JsonNode.Parse(text)!["token"]!["id"]!.ToString();
                }

                if (operation.Answer is { } type && JsonNode.Parse(text) is JsonObject read)
                {
                    var name = type.Type.Name.StartsWith("ApiList", StringComparison.Ordinal) ? type.Type.GetGenericArguments()[0].Name[3..] + "List" : type.Type.Name[3..];
                    Assert.Equal(schemas[name]!["properties"]!.AsObject().Select(field => field.Key), read.Select(field => field.Key));
                }
            }
        }
        finally
        {
            await portal.ResetRulesAsync();
        }
    }

    /// <summary>What programs ask before they read, and what they may do at an address.</summary>
    [Fact]
    public async Task WhateverIsRead_AnswersHeadTheSameWithoutABody_AndOptions()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        await portal.Client.PushImageAsync("team/app", "1.0");
        var there = 0;
        foreach (var operation in portal.Get<ApiRoutes>().Operations.Where(operation => operation.Method == "GET"))
        {
            var path = ApiExample.PathOf(operation, new Dictionary<string, string> { ["digest"] = $"{portal.Image}", ["blob"] = $"{portal.Sbom}" });
            using var get = await ada.SendAsync(HttpMethod.Get, path);
            using var head = await ada.SendAsync(HttpMethod.Head, path);
            using var options = await ada.SendAsync(HttpMethod.Options, path);

            there += get.StatusCode is HttpStatusCode.OK ? 1 : 0;
            Assert.True(get.StatusCode == head.StatusCode, $"{operation.Id}: {get.StatusCode}, {head.StatusCode} after HEAD");
            Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync());
            Assert.Equal(HttpStatusCode.NoContent, options.StatusCode);
            Assert.Contains("HEAD", options.Content.Headers.Allow);
        }

        // Other tests may have taken away what the rest is about.
        Assert.True(there > 20, $"only {there} answered with anything");
    }

    /// <summary>What is made has an address, where the document says that it has one.</summary>
    [Fact]
    public async Task WhatIsMade_IsAtItsLocation()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        await portal.Client.PushImageAsync("team/app", "1.0");
        using var user = await ada.SendAsync(HttpMethod.Post, "users", """{"name":"located","isRobot":true}""");
        using var token = await ada.SendAsync(HttpMethod.Post, "users/located/tokens", """{"name":"a"}""");
        using var webhook = await ada.SendAsync(HttpMethod.Post, "webhooks", """{"name":"located/one","url":"http://127.0.0.1:1/","isDisabled":true}""");
        using var copy = await ada.SendAsync(HttpMethod.Post, "repositories/team/app/-/copies", """{"reference":"1.0","to":"other/app","tag":"copied"}""");
        using var garbage = await ada.SendAsync(HttpMethod.Post, "garbage-collection", """{"dryRun":true}""");
        var operations = (await ada.GetAsync("openapi.json"))["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(method => method.Value!));

        Assert.Equal("/api/v1/users/located", user.Headers.Location?.ToString());
        Assert.Matches("^/api/v1/tokens/[0-9]+$", token.Headers.Location?.ToString());
        Assert.Equal("/api/v1/webhooks/located%2Fone", webhook.Headers.Location?.ToString());
        Assert.Equal("/api/v1/repositories/other/app/-/tags/copied", copy.Headers.Location?.ToString());
        Assert.Equal("/api/v1/garbage-collection", garbage.Headers.Location?.ToString());
        Assert.Equal("located/one", (await ada.GetAsync("webhooks/located%2Fone"))["name"]!.GetValue<string>());
        Assert.Equal(
            ["addToken", "addUser", "addWebhook", "copyImage", "startGarbageCollection"],
            operations.Where(operation => (operation["responses"]!["201"] ?? operation["responses"]!["202"])?["headers"]?["Location"] is not null)
                .Select(operation => operation["operationId"]!.GetValue<string>()).Order());
    }

    [Fact]
    public void Command_IsOneThatAShellTakes()
    {
        var add = portal.Get<ApiRoutes>().Operations.Single(operation => operation.Id == "addUser");

        Assert.Equal(
            "curl --user 'ada:TOKEN' --request POST --header 'Content-Type: application/json' --data '{\"name\":\"robot-7\",\"isRobot\":true}' 'https://hub.example/ui/api/v1/users'",
            ApiExample.CommandOf(add, "https://hub.example/ui/api/v1", "ada"));
        Assert.All(
            portal.Get<ApiRoutes>().Operations,
            operation => Assert.DoesNotContain('\'', $"{operation.Example}{ApiExample.PathOf(operation)}"));
    }

    /// <summary>An example with what only the running portal knows: a digest, the text of its configuration and the version of that.</summary>
    private async Task<string?> BodyOfAsync(ApiOperation operation, ApiClient ada)
    {
        if (operation.Id is not ("putConfiguration" or "restoreConfigurationVersion"))
        {
            return operation.Example?.Replace(ApiParameter.InPath("digest").Example, $"{portal.Image}", StringComparison.Ordinal)
                .Replace("https://ci.example.com/events", $"{portal.Receiver.Address}", StringComparison.Ordinal);
        }

        var body = JsonNode.Parse(operation.Example!)!.AsObject();
        var file = await ada.GetAsync("configuration");
        body["version"] = file["version"]!.DeepClone();
        if (body.ContainsKey("text"))
        {
            body["text"] = $"{file["text"]}# Another one.\n";
        }

        return body.ToJsonString();
    }

    /// <summary>Deletes something that can come back.</summary>
    /// <returns>The number of the deletion.</returns>
    private async Task<string> DeleteAsync(ApiClient ada)
    {
        var digest = await portal.Client.PushImageAsync("team/app", "gone", "gone");
        return $"{(await ada.ReadAsync(HttpMethod.Delete, $"repositories/team/app/-/manifests/{digest}"))!["deletionId"]}";
    }

    private static IEnumerable<JsonObject> Find(JsonNode? node, string field) => node switch
    {
        JsonObject found => found.Where(pair => pair.Key == field && pair.Value is JsonValue).Select(_ => found).Concat(found.SelectMany(pair => Find(pair.Value, field))),
        JsonArray items => items.SelectMany(item => Find(item, field)),
        _ => [],
    };
}
