using Microsoft.Playwright;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Browser;

/// <summary>Pages behind a sign-in stay alive.</summary>
public sealed class PasswordPageTests(PasswordChromiumFixture portal) : IClassFixture<PasswordChromiumFixture>
{
    [Fact]
    public async Task SignedIn_SeesWhatIsPushed_WithoutAReload()
    {
        var (page, complaints) = await portal.OpenAsync("/");
        await page.GetByLabel("Name").FillAsync(PasswordFile.User);
        await page.GetByLabel("Password").FillAsync(PasswordFile.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(page.GetByText("docker push").First).ToBeVisibleAsync();

        using var folder = new TempFolder();
        var image = Path.Combine(folder.Path, "image");
        var registry = portal.RegistryAddress.Authority;
        portal.Client.Authorization = PasswordFile.Basic(PasswordFile.User, PasswordFile.Password);
        await portal.Client.PushImageAsync("team/pushed", "1.0");
        await ChildProcess.RunAsync(
            "skopeo", "--insecure-policy", "copy", "--src-tls-verify=false", "--src-creds", $"{PasswordFile.User}:{PasswordFile.Password}",
            $"docker://{registry}/team/pushed:1.0", $"dir:{image}");

        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "team/pushed" }).First).ToBeVisibleAsync();
        Assert.Empty(complaints);
    }
}
