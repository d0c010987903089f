using System.Text;
using Microsoft.Playwright;
using Portal.Registry.Configuration;
using Portal.Registry.Notifications;
using Portal.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>An administrator's stories about endpoints, with real receivers.</summary>
public sealed class WebhookPageTests(FileChromiumFixture portal) : IClassFixture<FileChromiumFixture>
{
    private const string HeaderSecret = "Bearer hidden-one";
    private const string SigningSecret = "hidden-two";

    [Fact]
    public async Task FailingEndpoint_IsAdded_Seen_Read_Mended_AndItsDeliverySentAgain()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = (_, answer) =>
        {
            answer.StatusCode = 500;
            return answer.Body.WriteAsync(Encoding.UTF8.GetBytes("<b>the disk is full</b>")).AsTask();
        };
        portal.PutBack();
        var (page, complaints) = await portal.OpenLiveAsync("/webhooks");

        // Add it.
        await page.GetByRole(AriaRole.Link, new() { Name = "Add endpoint…" }).ClickAsync();
        await page.ArrivedAsync("Add an endpoint");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("alerts");
        await page.GetByLabel("Address").FillAsync(receiver.Address.ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a header" }).ClickAsync();
        await page.GetByLabel("Name of header 1").FillAsync("Authorization");
        await page.GetByLabel("Value of header 1").FillAsync(HeaderSecret);
        await page.GetByLabel("Secret for signatures").FillAsync(SigningSecret);
        await page.GetByLabel("Media types that are not sent").FillAsync("application/octet-stream");
        await page.GetByLabel("pull", new() { Exact = true }).UncheckAsync();
        await page.GetByLabel("Timeout").FillAsync("5s");
        await page.GetByLabel("Failures after which an event is given up").FillAsync("1");
        await SaveAsync(page);
        await Expect(page.GetByText("Nothing was sent yet.")).ToBeVisibleAsync();

        // What is pushed arrives, and is not taken.
        await portal.Client.PushImageAsync("team/app", "1.0");
        var sent = (await receiver.UntilAsync(1)).First();
        Assert.Equal("push team/app:1.0", sent.Summary);
        Assert.Equal(HeaderSecret, sent.Headers["Authorization"].Single());
        Assert.Equal(PayloadSignature.Of(new Secret(SigningSecret), sent.Body), sent.Headers[PayloadSignature.Header].Single());

        // It is seen, and why.
        var row = page.Locator("table.deliveries tbody tr");
        await Expect(row).ToContainTextAsync("given up");
        await Expect(row).ToContainTextAsync("answered 500 Internal Server Error");
        await row.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "push team/app:1.0" })).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Body of the answer to attempt 1")).ToHaveTextAsync("<b>the disk is full</b>");
        await Expect(page.GetByLabel("Request of attempt 1")).ToContainTextAsync("Authorization: ***");
        await page.Locator(".attempts summary", new() { HasText = "Request body" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Request body" })).ToContainTextAsync("\"events\"");
        await ShootAsync(page, "delivery-failed");

        // The receiver is mended, and it is sent again.
        receiver.Answer = (_, _) => Task.CompletedTask;
        await page.GetByRole(AriaRole.Button, new() { Name = "Redeliver" }).ClickAsync();
        await Expect(page.Locator(".heading .hook-state.good")).ToHaveTextAsync("delivered");
        await Expect(page.Locator(".attempts > li")).ToHaveCountAsync(2);
        await RequireNoSecretAsync(page);

        await page.GotoAsync("/webhooks");
        await Expect(page.Locator("table.webhooks")).ToContainTextAsync("healthy");
        await ShootAsync(page, "webhooks");
        await RequireNoSecretAsync(page);
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Paused_KeepsWhatComes_UntilItIsResumed_TestEventsToo()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        Write(receiver, "steady");
        var (page, complaints) = await portal.OpenLiveAsync("/webhooks/steady");

        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(page.GetByText("events are kept and wait")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send a test event" }).ClickAsync();
        await Expect(page.Locator("table.deliveries tbody tr")).ToContainTextAsync("waiting");
        Assert.Empty(receiver.Received);

        await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        Assert.Equal("push test/webhook:test", (await receiver.UntilAsync(1)).Single().Summary);
        await Expect(page.Locator("table.deliveries tbody tr")).ToContainTextAsync("delivered");
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task AllGivenUp_AreSentAgain_WhenThatIsAgreedTo()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = (_, answer) => Task.FromResult(answer.StatusCode = 503);
        Write(receiver, "flaky", attempts: 1);
        var (page, complaints) = await portal.OpenLiveAsync("/webhooks/flaky");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send a test event" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send a test event" }).ClickAsync();

        // Both were answered; the second one's answer is made after it was counted.
        await Expect(page.Locator("table.deliveries tbody tr")).ToContainTextAsync(["given up", "given up"]);
        receiver.Answer = (_, _) => Task.CompletedTask;

        await page.GetByRole(AriaRole.Button, new() { Name = "Redeliver all 2 given up…" }).ClickAsync();
        var dialog = await page.DialogAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Redeliver 2" }).ClickAsync();

        await Expect(page.GetByText("2 events are in the queue again.")).ToBeVisibleAsync();
        await Expect(page.Locator("table.deliveries .hook-state.good")).ToHaveCountAsync(2);
        await page.GetByLabel("State").SelectOptionAsync("given up");
        await Expect(page.GetByText("No delivery is like that.")).ToBeVisibleAsync();
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Edit_KeepsHiddenSecrets_AndDeleteTakesBothEntries()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        Write(receiver, "kept", attempts: 1);
        var (page, complaints) = await portal.OpenLiveAsync("/webhooks/kept/edit");
        await Expect(page.GetByLabel("Name of header 1")).ToHaveValueAsync("Authorization");
        await Expect(page.GetByLabel("Value of header 1")).ToHaveValueAsync("");
        await RequireNoSecretAsync(page);
        await ShootAsync(page, "edit");

        await page.GetByLabel("Timeout").FillAsync("7 seconds");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save…" }).ClickAsync();
        await Expect(page.Locator(".problem-lines")).ToContainTextAsync("\"7 seconds\" is not a duration");
        await page.GetByLabel("Timeout").FillAsync("7s");
        await SaveAsync(page);
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/webhooks/kept$"));
        var text = await File.ReadAllTextAsync(portal.ConfigurationPath);
        Assert.Contains("timeout: 7s", text, StringComparison.Ordinal);
        Assert.Contains(HeaderSecret, text, StringComparison.Ordinal);
        Assert.Contains(SigningSecret, text, StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Link, new() { Name = "Edit" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete…" }).ClickAsync();
        var dialog = await page.DialogAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/webhooks$"));
        Assert.DoesNotContain("kept", await File.ReadAllTextAsync(portal.ConfigurationPath), StringComparison.Ordinal);
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task EveryPage_InBothThemesAndWidths_HasNoViolation()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = (_, answer) => Task.FromResult(answer.StatusCode = 502);
        var name = "an-endpoint-with-a-long-name-" + new string('x', 90);
        Write(receiver, name);
        await portal.Client.PushImageAsync("a-team-with-a-long-name/of-a-department/" + new string('y', 90), new string('z', 120));
        await receiver.UntilAsync(2);
        var path = $"/webhooks/{name}";
        await AccessibilityTests.RequireNoViolationAsync(portal, "/webhooks", page => Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("retrying"));
        await AccessibilityTests.RequireNoViolationAsync(portal, path, page => Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("holds back"));
        await AccessibilityTests.RequireNoViolationAsync(portal, $"{path}/edit", page => Expect(page.GetByLabel("Timeout")).ToBeVisibleAsync());
        await AccessibilityTests.RequireNoViolationAsync(portal, "/webhooks/none", page => Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("There is no endpoint"));
        await AccessibilityTests.RequireNoViolationAsync(portal, path, async page =>
        {
            await page.Locator("table.deliveries a").First.ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Attempts" })).ToBeVisibleAsync();
        });
        var (shown, _) = await portal.OpenLiveAsync(path);
        await Expect(shown.GetByText("holds back")).ToBeVisibleAsync();
        await ShootAsync(shown, "endpoint");
        await shown.Locator("table.deliveries a").Last.ClickAsync();
        await Expect(shown.Locator(".attempts > li").First).ToBeVisibleAsync();
        await ShootAsync(shown, "delivery");
        await shown.Context.CloseAsync();
    }

    /// <summary>Puts an endpoint into the file, and in force.</summary>
    private void Write(WebhookReceiver receiver, string name, int attempts = 0)
    {
        var extra = $"  notifications:\n    endpoints:\n      - {{name: {name}, secret: {SigningSecret}, attempts: {attempts}}}\n";
        portal.PutBack($"{portal.Text}{extra}notifications:\n  endpoints:\n    - name: {name}\n      url: {receiver.Address}\n      timeout: 5s\n      backoff: 100ms\n      headers: {{Authorization: [{HeaderSecret}]}}\n      ignoredmediatypes: [application/octet-stream]\n");
    }

    private static async Task SaveAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Save…" }).ClickAsync();
        var dialog = await page.DialogAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
    }

    private static async Task RequireNoSecretAsync(IPage page)
    {
        Assert.DoesNotContain("hidden-", await page.ContentAsync(), StringComparison.Ordinal);
        using var http = new HttpClient();
        Assert.DoesNotContain("hidden-", await http.GetStringAsync(page.Url), StringComparison.Ordinal);
    }

    internal static async Task ShootAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("PORTAL_TEST_SCREENSHOTS") is not { } folder)
        {
            return;
        }

        foreach (var (width, theme) in new[] { (1440, ColorScheme.Light), (390, ColorScheme.Dark) })
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.EmulateMediaAsync(new() { ColorScheme = theme });
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{width}.png"), FullPage = true });
        }

        await page.SetViewportSizeAsync(1440, 900);
    }
}
