using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;
using Portal.Tests.Unit.Inspection;
using Portal.Web.Hosting;

namespace Portal.Tests.Fixtures;

/// <summary>The application with an administrator, a reader and a maintainer, images and an endpoint, for clients of the API.</summary>
public sealed class ApiPortal : PortalFixture, IAsyncLifetime
{
    public const string Administrator = "ada";
    public const string Reader = "rita";
    public const string Maintainer = "mona";
    public const string HeaderSecret = "Bearer hidden-one";

    /// <summary>What <c>portal.registries</c> names: another application with the same image, and one that nobody answers for.</summary>
    private readonly PortalFixture _elsewhere = new();

    private WebhookReceiver? _receiver;
    private RecordingServer? _odd;

    public WebhookReceiver Receiver => _receiver!;

    /// <summary>Of <c>team/app:1.0</c>.</summary>
    public Digest Image { get; private set; }

    /// <summary>A list of packages that is attached to <see cref="Image"/>: the document.</summary>
    public Digest Sbom { get; private set; }

    /// <summary>Another one of <c>portal.registries</c>, which answers as a test wants.</summary>
    public RecordingServer Odd => _odd!;

    /// <summary>Of the registry elsewhere.</summary>
    public RegistryClient Elsewhere => _elsewhere.Client;

    /// <summary>A file, so that it can be read and changed; it is written once. Two values are variables'.</summary>
    protected override RunningConfiguration Running
    {
        get
        {
            if (!File.Exists(ConfigurationPath))
            {
                File.WriteAllText(ConfigurationPath, Yaml);
            }

            var variables = new Dictionary<string, string> { ["REGISTRY_PORTAL_TITLE"] = "By a variable", ["REGISTRY_PORTAL_NOTIFICATIONS_ENDPOINTS_0_ATTEMPTS"] = "3" };
            var loaded = ConfigurationLoader.Load(ConfigurationPath, variables);
            Assert.True(loaded.Configuration is not null, string.Join('\n', loaded.Problems));
            return new RunningConfiguration(new RunningVersion(loaded.Configuration!, loaded.Text), ConfigurationPath, variables, TimeProvider.System);
        }
    }

    public string ConfigurationPath => Path.Combine(Root, "config.yml");

    private string Yaml => $$"""
        version: 0.1
        log: {level: warn, accesslog: {disabled: true} }
        storage:
          filesystem: {rootdirectory: {{Root}}}
          delete: {enabled: true}
        http: {addr: '127.0.0.1:0', secret: hidden-three, draintimeout: 60s}
        auth:
          htpasswd: {realm: Our registry, path: {{WriteUsers()}}}
        notifications:
          endpoints:
            # Of the tests.
            - name: hook
              url: {{new UriBuilder(Receiver.Address) { UserName = "user", Password = "hidden-two" }.Uri}}
              headers: {Authorization: [{{HeaderSecret}}]}
              timeout: 30s
              backoff: 20ms
              ignore: {mediatypes: [application/octet-stream], actions: [pull]}
            - name: off/one
              url: {{Receiver.Address}}
              disabled: true
            - name: held
              url: {{Receiver.Address}}
              disabled: true
        portal:
          addr: '127.0.0.1:0'
          notifications:
            endpoints:
              - name: held
          registries:
            - {name: elsewhere, url: '{{_elsewhere.RegistryAddress}}'}
            - {name: gone, url: 'http://127.0.0.1:1', readonly: true}
            - {name: odd, url: '{{Odd.Address}}'}

        """;

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        _receiver = await WebhookReceiver.StartAsync();
        _odd = await RecordingServer.StartAsync();
        await _elsewhere.InitializeAsync();
        await Elsewhere.PushImageAsync("team/app", "1.0");
        await InitializeAsync();
        await ResetRulesAsync();
        Client.Authorization = PasswordFile.Basic(Administrator, PasswordFile.Password);
        Image = await Client.PushImageAsync("team/app", "1.0");
        var other = await Client.PushImageAsync("team/app", "2.0", layer: "another");
        await Client.PushImageAsync("other/app", "1.0");
        await Client.PushImageAsync("app", "1.0");
        using var index = await Client.PutManifestAsync("team/app", "multi", ImageBuilder.Index((Image, "amd64"), (Image, "arm64")), MediaTypes.OciIndex);
        await Client.PushImageAsync("team/app", "signature", layer: "signature", subject: Image.ToString(), artifactType: "application/vnd.example.signature");
        Sbom = await AttachSbomAsync(Image, SbomTests.CycloneDx);
        await AttachSbomAsync(other, SbomTests.CycloneDx.Replace("3.3.1", "3.4.0", StringComparison.Ordinal));
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        await _receiver!.DisposeAsync();
        await _elsewhere.DisposeAsync();
        await _odd!.DisposeAsync();
    }

    /// <summary>The rules as they are at the beginning: everybody may pull <c>app</c>.</summary>
    public Task ResetRulesAsync() => Get<Accounts>().ChangeAsync(
        store => store.ReplaceRulesAsync(
            [
                new AccessRule(SubjectKind.User, Administrator, Role.Admin, RepositoryPattern.All),
                new AccessRule(SubjectKind.User, Reader, Role.Reader, RepositoryPattern.Parse("team/**")),
                new AccessRule(SubjectKind.User, Maintainer, Role.Maintainer, RepositoryPattern.Parse("team/**")),
                new AccessRule(SubjectKind.Anyone, "", Role.Reader, RepositoryPattern.Parse("app")),
            ],
            CancellationToken.None),
        CancellationToken.None);

    /// <summary>Somebody who calls the API.</summary>
    /// <param name="user">Null for nobody with a name.</param>
    public ApiClient As(string? user, string password = PasswordFile.Password) => new(PortalAddress, user, password);

    private async Task<Digest> AttachSbomAsync(Digest subject, string text)
    {
        var document = Encoding.UTF8.GetBytes(text);
        const string Type = "application/vnd.cyclonedx+json";
        await Client.PushArtifactAsync("team/app", tag: null, artifactType: Type, mediaType: Type, document, subject);
        return Digest.Of(document);
    }

    private string WriteUsers()
    {
        var path = Path.Combine(Root, "htpasswd");
        if (!File.Exists(path))
        {
            File.WriteAllText(path, string.Concat(new[] { Administrator, Reader, Maintainer }.Select(name => PasswordFile.Line(name, PasswordFile.Password))));
        }

        return path;
    }
}

/// <summary>A thin client of the JSON API, which asserts nothing that a test does not ask for.</summary>
public sealed class ApiClient : IDisposable
{
    private readonly RegistryClient _client;

    public ApiClient(Uri portal, string? user = null, string password = PasswordFile.Password)
    {
        _client = new RegistryClient(portal) { Authorization = user is null ? null : PasswordFile.Basic(user, password) };
    }

    /// <param name="path">Below <c>/api/v1/</c>.</param>
    /// <param name="json">The body; null for none.</param>
    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? json = null, string contentType = "application/json", Action<HttpRequestMessage>? change = null) =>
        _client.SendAsync(method, $"/api/v1/{path}", json is null ? null : Encoding.UTF8.GetBytes(json), json is null ? null : contentType, change);

    /// <summary>Sends a request, asserts its status, and reads the JSON of the answer; null for an empty one.</summary>
    public async Task<JsonNode?> ReadAsync(HttpMethod method, string path, string? json = null, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var answer = await SendAsync(method, path, json);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{method} {path}: {(int)answer.StatusCode}, not {(int)status}: {text}");
        return text.Length == 0 ? null : JsonNode.Parse(text);
    }

    /// <summary>Reads what is there.</summary>
    public async Task<JsonNode> GetAsync(string path) => (await ReadAsync(HttpMethod.Get, path))!;

    /// <summary>Reads what is there until it is as it is wanted.</summary>
    public async Task<JsonNode> UntilAsync(string path, Predicate<JsonNode> isWanted)
    {
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while (true)
        {
            var found = await GetAsync(path);
            if (isWanted(found))
            {
                return found;
            }

            await Task.Delay(20, deadline.Token);
        }
    }

    /// <summary>Asserts that an answer is a problem, in its whole shape.</summary>
    /// <returns>Its detail.</returns>
    public static async Task<string> AssertProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.True(answer.Headers.CacheControl?.NoStore);
        var problem = JsonNode.Parse(text)!.AsObject();
        Assert.Equal(["title", "status", "detail", "code", "instance", "requestId"], problem.Select(field => field.Key));
        Assert.Equal((int)status, problem["status"]!.GetValue<int>());
        Assert.Equal(code, problem["code"]!.GetValue<string>());
        Assert.NotEqual("", problem["title"]!.GetValue<string>());
        Assert.Equal(answer.Headers.GetValues("X-Request-Id").Single(), problem["requestId"]!.GetValue<string>());
        return problem["detail"]!.GetValue<string>();
    }

    public void Dispose() => _client.Dispose();
}
