using Portal.Registry.Configuration;
using Portal.Web.Hosting;

namespace Portal.Tests.Fixtures;

/// <summary>
/// The application with registries elsewhere of every kind: Debian's <c>docker-registry</c>, open and with passwords, and one
/// with a token server. The open one is named by the variables that users of docker-registry-ui have.
/// </summary>
public sealed class RemoteStoryPortal : ChromiumFixture
{
    private readonly TempFolder _openFolder = new();
    private readonly TempFolder _lockedFolder = new();
    private readonly TokenServerPortal _tokens = new();
    private ChildProcess? _open;
    private ChildProcess? _locked;

    /// <summary>The registry of <c>REG1</c>.</summary>
    public Uri Open { get; } = ChildProcess.FreeAddress();

    private Uri Locked { get; } = ChildProcess.FreeAddress();

    protected override RunningConfiguration Running
    {
        get
        {
            var variables = new Dictionary<string, string> { ["REG1"] = new Uri(Open, "v2/").ToString(), ["READ_ONLY"] = "true" };
            var loaded = ConfigurationLoader.Parse(
                $$"""
                version: 0.1
                log: { level: error, accesslog: { disabled: true } }
                storage: { filesystem: { rootdirectory: '{{Root}}' } }
                http: { addr: '127.0.0.1:0', secret: for tests }
                portal:
                  addr: '127.0.0.1:0'
                  registries:
                    - { name: locked, url: '{{Locked}}', username: {{PasswordFile.User}}, password: '{{PasswordFile.Password}}' }
                    - { name: wrong, url: '{{Locked}}', username: {{PasswordFile.User}}, password: wrong }
                    - { name: tokens, url: '{{_tokens.RegistryAddress}}', username: {{PasswordFile.User}}, password: '{{PasswordFile.Password}}' }
                """,
                null,
                variables);
            return new RunningConfiguration(new RunningVersion(loaded.Configuration!, loaded.Text), path: null, variables, TimeProvider.System);
        }
    }

    protected override async Task PrepareAsync()
    {
        var htpasswd = PasswordFile.Write(_lockedFolder.Path);
        await _tokens.InitializeAsync();
        (_open, _locked) = (
            await UpstreamProcess.StartAsync(Open, _openFolder),
            await UpstreamProcess.StartAsync(Locked, _lockedFolder, $"auth: {{htpasswd: {{realm: here, path: {htpasswd.Path}}}}}"));
        using var open = new RegistryClient(Open);
        using var locked = new RegistryClient(Locked) { Authorization = PasswordFile.Basic(PasswordFile.User, PasswordFile.Password) };
        _tokens.Client.Authorization = locked.Authorization;
        await open.PushImageAsync("open/app", "1.0");
        await locked.PushImageAsync("locked/app", "1.0");
        await _tokens.Client.PushImageAsync("tokens/app", "1.0");
    }

    protected override async Task CleanUpAsync()
    {
        foreach (var registry in new IAsyncDisposable?[] { _open, _locked, _tokens })
        {
            if (registry is not null)
            {
                await registry.DisposeAsync();
            }
        }

        _openFolder.Dispose();
        _lockedFolder.Dispose();
    }
}
