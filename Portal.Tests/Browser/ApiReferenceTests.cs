using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Portal.Registry.Auth;
using Portal.Storage.Accounts;
using Portal.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>The page of the API, from which a person takes commands and runs them.</summary>
public sealed class ApiReferenceTests(PasswordChromiumFixture portal) : IClassFixture<PasswordChromiumFixture>
{
    // One operation or more of each thing that the API is for: those that read are run, the others are shown.
    private static readonly string[] ForUsers = ["search", "listRepositories", "listTags", "getTag", "getTagHistory", "listActivity"];

    private static readonly string[] ForAdministrators = ["listUsers", "getPermissions", "listWebhooks", "getDashboard", "getHealth", "listAudit"];

    private static readonly string[] Changing =
        ["restoreTag", "deleteTag", "deleteTags", "deleteManifest", "addUser", "addToken", "revokeToken", "setPermissions", "testWebhook", "redeliver"];

    [Fact]
    public async Task Page_HasEveryOperationOfTheDocument_AndItsCommandsRun()
    {
        portal.Client.Authorization = PasswordFile.Basic(PasswordFile.User, PasswordFile.Password);
        await portal.Client.PushImageAsync("team/app", "1.0");
        await portal.Client.PushImageAsync("team/app", "1.0", "another");
        var ada = new Identity { Kind = IdentityKind.Session, Name = PasswordFile.User };
        var token = await portal.Get<AccessTokens>().CreateAsync(
            ada, null, new TokenRequest { User = PasswordFile.User, Name = "commands", Role = Role.Maintainer, Patterns = [RepositoryPattern.All] }, TestContext.Current.CancellationToken);
        var (page, complaints) = await portal.OpenLiveAsync("/api", signedInAs: PasswordFile.User);

        // The document, as the browser gets it by the page's link.
        var address = await page.GetByRole(AriaRole.Link, new() { Name = "OpenAPI document" }).GetAttributeAsync("href");
        var document = JsonNode.Parse(await page.EvaluateAsync<string>("async address => (await fetch(address)).text()", address))!;
        var documented = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(operation => operation.Value!["operationId"]!.ToString()).ToList();
        await Expect(page.Locator(".api-operation")).ToHaveCountAsync(documented.Count);
        Assert.Equal(documented.Order(), (await page.Locator(".api-operation").EvaluateAllAsync<string[]>("all => all.map(one => one.id)")).Order());

        await RunAsync(await CommandsAsync(page, ForUsers), token.Secret);
        await RunAsync(await CommandsAsync(page, ForAdministrators), PasswordFile.Password);
        Assert.All(await CommandsAsync(page, Changing), operation => Assert.Matches("--request (POST|PUT|DELETE)", operation.Value));
        Assert.Equal([], complaints);

        // What only reads opens in the browser that is signed in, and not for a guest.
        var read = await page.GotoAsync("/api/v1/repositories/team/app/-/tags");
        Assert.Equal(200, read!.Status);
        await Expect(page.Locator("body")).ToContainTextAsync("\"1.0\"");
        await page.Context.ClearCookiesAsync();
        var refused = await page.APIRequest.GetAsync("/api/v1/repositories/team/app/-/tags");
        Assert.Equal(401, refused.Status);
        await page.Context.CloseAsync();
    }

    /// <summary>Runs commands as they are shown, with a secret in the place that they leave for it.</summary>
    private static async Task RunAsync(Dictionary<string, string> commands, string secret)
    {
        foreach (var (operation, command) in commands)
        {
            var answer = await ChildProcess.RunAsync("sh", "-c", command.Replace("TOKEN", secret, StringComparison.Ordinal).Replace("curl ", "curl --fail-with-body --silent ", StringComparison.Ordinal));
            Assert.True(JsonNode.Parse(answer) is JsonObject { Count: > 0 } or JsonArray, $"{operation}: {answer}");
        }
    }

    /// <summary>Opens each operation, and takes its command.</summary>
    private static async Task<Dictionary<string, string>> CommandsAsync(IPage page, IEnumerable<string> operations)
    {
        var commands = new Dictionary<string, string>();
        foreach (var operation in operations)
        {
            var details = page.Locator($"#{operation}");
            await details.Locator("summary").ClickAsync();
            commands[operation] = await details.Locator(".command code").InnerTextAsync();
        }

        return commands;
    }
}
