using Microsoft.Playwright;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Browser;

/// <summary>Pages behind a password stay alive: the browser sends it with everything that a live page asks for.</summary>
public sealed class PasswordPageTests(PasswordChromiumFixture portal) : IClassFixture<PasswordChromiumFixture>
{
    [Fact]
    public async Task SignedIn_SeesWhatIsPushed_WithoutAReload()
    {
        var (page, complaints) = await portal.OpenAsync(
            "/", credentials: new HttpCredentials { Username = PasswordFile.User, Password = PasswordFile.Password });
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
