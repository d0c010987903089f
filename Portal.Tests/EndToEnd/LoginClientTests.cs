using System.Security.Cryptography;
using System.Text;
using Portal.Registry.Auth;
using Portal.Storage.Accounts;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>
/// Log in, push, pull, log out: with each client, for names and passwords of an <c>htpasswd</c> file, for the portal's own
/// token server, and for an access token in the password's place.
/// </summary>
public sealed class LoginClientTests : IDisposable
{
    private const string Token = "rpt_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

    private readonly TempFolder _folder = new();

    public static TheoryData<string, bool, string> Ways
    {
        get
        {
            var ways = new TheoryData<string, bool, string>();
            foreach (var client in new[] { "buildah", "podman" })
            {
                ways.Add(client, false, PasswordFile.Password);
                ways.Add(client, true, PasswordFile.Password);
                ways.Add(client, false, Token);
                ways.Add(client, true, Token);
            }

            return ways;
        }
    }

    private string AuthFile => _folder.Combine("auth.json");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Client_LogsIn_Pushes_Pulls_AndLogsOut(string client, bool hasTokenServer, string password)
    {
        await using PortalFixture portal = hasTokenServer ? new TokenServerPortal() : new PasswordFixture();
        await portal.InitializeAsync();
        await AddTokenAsync(portal);
        var host = portal.RegistryAddress.Authority;
        portal.Client.Authorization = PasswordFile.Basic(PasswordFile.User, PasswordFile.Password);
        await portal.Client.PushImageAsync("team/app", "1");
        string[] storage = ["--storage-driver", "vfs", "--root", _folder.Combine("root"), "--runroot", _folder.Combine("run"), .. client is "podman" ? ["--cgroup-manager", "cgroupfs"] : Array.Empty<string>()];
        Task<string> RunAsync(string command, params string[] arguments) => ChildProcess.RunAsync(client, [.. storage, command, .. arguments]);

        await RunAsync("login", "--authfile", AuthFile, "--tls-verify=false", "--username", PasswordFile.User, "--password", password, host);
        await RunAsync("pull", "--authfile", AuthFile, "--tls-verify=false", $"docker://{host}/team/app:1");
        await RunAsync("push", "--authfile", AuthFile, "--tls-verify=false", $"{host}/team/app:1", $"docker://{host}/team/app:2");
        await RunAsync("logout", "--authfile", AuthFile, host);

        Assert.Equal(["1", "2"], await portal.Client.TagsAsync("team/app"));
        await Assert.ThrowsAnyAsync<Exception>(() => RunAsync("push", "--authfile", AuthFile, "--tls-verify=false", $"{host}/team/app:1", $"docker://{host}/team/app:3"));
        await Assert.ThrowsAnyAsync<Exception>(() => RunAsync("login", "--authfile", AuthFile, "--tls-verify=false", "--username", PasswordFile.User, "--password", password + "x", host));
        Assert.Equal(["1", "2"], await portal.Client.TagsAsync("team/app"));
    }

    private static Task AddTokenAsync(PortalFixture portal) => portal.Get<Accounts>().ChangeAsync(
        async store =>
        {
            await store.SaveAccountAsync(new Account { Name = PasswordFile.User, Source = AccountSource.Htpasswd }, CancellationToken.None);
            await store.AddTokenAsync(
                new AccessToken { User = PasswordFile.User, Name = "client", Hash = SHA256.HashData(Encoding.UTF8.GetBytes(Token)), Role = Role.Writer, Patterns = [RepositoryPattern.Parse("team/**")] },
                CancellationToken.None);
        },
        CancellationToken.None);
}
