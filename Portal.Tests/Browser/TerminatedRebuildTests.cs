using System.Net;
using System.Security.Cryptography;
using Microsoft.Playwright;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Browser;

/// <summary><c>SIGTERM</c> for a process that is being rebuilt, since an administrator has just saved.</summary>
public sealed class TerminatedRebuildTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Uri _registry = ChildProcess.FreeAddress();
    private readonly Uri _pages = ChildProcess.FreeAddress();
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(100_000);

    public void Dispose()
    {
        _folder.Dispose();
    }

    /// <param name="isRebuilt">Whether the new portal serves already while the old one still has an upload; else the signal comes with the save.</param>
    /// <param name="change">What is changed: of another storage both portals cannot be there at once.</param>
    [Theory]
    [InlineData(true, "title: First")]
    [InlineData(false, "title: First")]
    [InlineData(false, "blobdescriptorsize: 100")]
    public async Task Terminated_InTheMiddle_FinishesWhatIsUnderWay_EndsInOrder_AndLosesNothing(bool isRebuilt, string change)
    {
        string upload;
        int pushed;
        var path = _folder.Combine("config.yml");
        await File.WriteAllTextAsync(path, Text);
        await using (var process = await PortalProcess.StartFromFileAsync(_registry, path))
        {
            using var client = new RegistryClient(_registry);
            upload = new Uri(await client.StartUploadAsync("held")).PathAndQuery;
            using var patch = await HalfSentPatch.StartAsync(_registry, upload, _content);
            var (page, _) = await chromium.OpenLiveAsync(new Uri(_pages, "/settings/config").ToString());
            var pushing = PushAsync();

            await ConfigurationEditorTests.ReplaceAsync(page, change, change + "00");
            await page.GetByRole(AriaRole.Button, new() { Name = "Save…" }).ClickAsync();
            var dialog = await page.DialogAsync();
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
            if (isRebuilt)
            {
                await Assertions.Expect(dialog).ToBeHiddenAsync();
                await Assertions.Expect(page.Locator(".note").First).ToContainTextAsync("went well");
            }
            else
            {
                await Patience.UntilAsync(() => File.ReadAllText(path).Contains(change + "00", StringComparison.Ordinal) ? path : null, "the saved text");
            }

            await process.TerminateAsync();
            Assert.StartsWith("HTTP/1.1 202 ", await patch.FinishAsync(), StringComparison.Ordinal);
            Assert.Equal(0, await process.WaitForExitAsync());
            pushed = await pushing;
            var errors = process.Output.Where(line => line.Contains("level=error", StringComparison.Ordinal) || line.Contains("level=fatal", StringComparison.Ordinal)).ToList();
            Assert.True(errors.Count == 0, string.Join('\n', errors));
            await page.Context.CloseAsync();
        }

        await using var again = await PortalProcess.StartFromFileAsync(_registry, path);
        using var after = new RegistryClient(_registry);
        Assert.True((await after.TagsAsync("pushed")).Length >= pushed);
        using var commit = await after.SendAsync(HttpMethod.Put, $"{upload}&digest={Digest.Of(_content)}", []);
        Assert.Equal(HttpStatusCode.Created, commit.StatusCode);
    }

    private string Text => $$"""
        version: 0.1
        log:
          accesslog:
            disabled: true
        storage:
          filesystem:
            rootdirectory: {{_folder.Combine("store")}}
          cache:
            blobdescriptor: inmemory
            blobdescriptorsize: 100
        http:
          addr: {{_registry.Authority}}
          draintimeout: 10m
        portal:
          addr: {{_pages.Authority}}
          title: First

        """;

    /// <summary>One image after the other until the registry is gone.</summary>
    /// <returns>How many were acknowledged.</returns>
    private async Task<int> PushAsync()
    {
        var pushed = 0;
        try
        {
            while (true)
            {
                using var client = new RegistryClient(_registry);
                await client.PushImageAsync("pushed", $"v{pushed}", $"{pushed}");
                pushed++;
            }
        }
        catch (HttpRequestException)
        {
            return pushed;
        }
    }
}
