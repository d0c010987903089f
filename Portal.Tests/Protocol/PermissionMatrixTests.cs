using System.Net;
using System.Text;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;
using Portal.Tests.Fixtures;
using Portal.Tests.Unit.Inspection;

namespace Portal.Tests.Protocol;

/// <summary>Roles × patterns × repositories × routes against the running registry: what is let through, and what is not.</summary>
public sealed class PermissionMatrixTests(PermissionPortal portal) : IClassFixture<PermissionPortal>
{
    private const string Digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <summary>Every route of the specification and what it needs, written down once more: the code's own table is what is tested.</summary>
    private static readonly (string Method, string Path, string Needs)[] Routes =
    [
        ("GET", "tags/list", "pull"),
        ("GET", "manifests/1", "pull"),
        ("HEAD", "manifests/1", "pull"),
        ("GET", $"manifests/{Digest}", "pull"),
        ("PUT", "manifests/2", "push"),
        ("DELETE", "manifests/none", "delete"),
        ("DELETE", $"manifests/{Digest}", "delete"),
        ("GET", $"blobs/{Digest}", "pull"),
        ("HEAD", $"blobs/{Digest}", "pull"),
        ("DELETE", $"blobs/{Digest}", "delete"),
        ("POST", "blobs/uploads/", "push"),
        ("POST", $"blobs/uploads/?mount={Digest}&from=team/app", "push"),
        ("GET", "blobs/uploads/8d1f7a0a-0000-0000-0000-000000000000", "push"),
        ("PATCH", "blobs/uploads/8d1f7a0a-0000-0000-0000-000000000000", "push"),
        ("PUT", $"blobs/uploads/8d1f7a0a-0000-0000-0000-000000000000?digest={Digest}", "push"),
        ("DELETE", "blobs/uploads/8d1f7a0a-0000-0000-0000-000000000000", "push"),
        ("GET", $"referrers/{Digest}", "pull"),
    ];

    [Fact]
    public async Task EveryCell_IsAsItsRoleAndPatternSay()
    {
        var cells = 0;
        var wrong = new List<string>();
        foreach (var user in PermissionPortal.Users)
        {
            foreach (var repository in PermissionPortal.Repositories)
            {
                foreach (var (method, path, needs) in Routes)
                {
                    var allowed = (user.Covers(repository) && Gives(user.Role).Contains(needs, StringComparison.Ordinal)) || (repository, needs) == ("app", "pull");
                    using var answer = await portal.Client.SendAsync(
                        new HttpMethod(method), $"/v2/{repository}/{path}", method is "PUT" or "PATCH" or "POST" ? [] : null, change: user.SignIn);
                    var expected = allowed ? "let through" : user.Name is null ? "401" : "403";
                    var found = answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? $"{(int)answer.StatusCode}" : "let through";
                    cells++;
                    if (expected != found || (found == "401") != (answer.Headers.WwwAuthenticate.Count > 0))
                    {
                        wrong.Add($"{user} {method} {repository}/{path}: {found}, not {expected}");
                    }
                }
            }
        }

        TestContext.Current.SendDiagnosticMessage("{0} cells, {1} differ", cells, wrong.Count);
        Assert.Empty(wrong);
        Assert.True(cells > 1000);
    }

    [Fact]
    public async Task Catalog_ShowsEachWhatThatOneMayPull()
    {
        foreach (var user in PermissionPortal.Users)
        {
            var seen = PermissionPortal.Repositories.Where(name => name == "app" || user.Covers(name)).Order(StringComparer.Ordinal).ToArray();
            using var answer = await portal.Client.SendAsync(HttpMethod.Get, "/v2/_catalog", change: user.SignIn);
            using var json = await RegistryClient.ReadJsonAsync(answer);
            Assert.Equal(seen, json.RootElement.GetProperty("repositories").EnumerateArray().Select(name => name.GetString()!));
            using var search = await portal.Client.SendAsync(HttpMethod.Get, "/v1/search?q=", change: user.SignIn);
            using var found = await RegistryClient.ReadJsonAsync(search);
            Assert.Equal(seen.Length, found.RootElement.GetProperty("num_results").GetInt32());
        }
    }

    [Fact]
    public async Task Mount_FromWhatMayNotBePulled_BecomesAnUpload()
    {
        var writer = PermissionPortal.Users.Single(user => user is { Role: Role.Writer, Pattern: "team/**" });
        var content = "secret of others"u8.ToArray();
        portal.Client.Authorization = PasswordFile.Basic(PermissionPortal.Owner, PasswordFile.Password);
        var digest = await portal.Client.PushBlobAsync("other/app", content);
        portal.Client.Authorization = null;

        using var refused = await portal.Client.SendAsync(
            HttpMethod.Post, $"/v2/team/app/blobs/uploads/?mount={digest}&from=other/app", [], change: writer.SignIn);
        using var head = await portal.Client.SendAsync(HttpMethod.Head, $"/v2/team/app/blobs/{digest}", change: writer.SignIn);

        Assert.Equal(HttpStatusCode.Accepted, refused.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
    }

    [Fact]
    public async Task Denial_NamesTheAccess()
    {
        var reader = PermissionPortal.Users.Single(user => user is { Role: Role.Reader, Pattern: "**" });
        using var answer = await portal.Client.SendAsync(HttpMethod.Post, "/v2/team/app/blobs/uploads/", [], change: reader.SignIn);

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.Forbidden, "DENIED");
        using var json = await RegistryClient.ReadJsonAsync(answer);
        Assert.Equal("repository:team/app:pull,push", json.RootElement.GetProperty("errors")[0].GetProperty("detail").GetProperty("access").GetString());
    }

    private static string Gives(Role role) => role switch
    {
        Role.Reader => "pull",
        Role.Writer => "pull push",
        _ => "pull push delete",
    };
}

/// <summary>The application with a user for each role and pattern.</summary>
public sealed class PermissionPortal : PortalFixture, IAsyncLifetime
{
    public const string Owner = "owner";

    public static readonly string[] Repositories = ["app", "team/app", "team/part/app", "other/app"];

    private static readonly string[] Patterns = ["app", "team/app", "team/*", "team/**", "*", "**/app", "**"];

    /// <summary>One for each, and whoever has no name and may pull <c>app</c>.</summary>
    public static readonly MatrixUser[] Users =
    [
        .. from role in Enum.GetValues<Role>() from pattern in Patterns where role is not Role.Admin || pattern is "**" select new MatrixUser($"u{(int)role}-{Array.IndexOf(Patterns, pattern)}", role, pattern),
        new MatrixUser(null, Role.Reader, "app"),
    ];

    protected override RegistryConfiguration Configuration => base.Configuration with
    {
        Auth = new AuthConfiguration { Htpasswd = WriteUsers() },
        Portal = base.Configuration.Portal with { Registries = [new RemoteRegistryConfiguration { Name = "gone", Url = new Uri("http://127.0.0.1:1") }] },
    };

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        await Get<Accounts>().ChangeAsync(
            store => store.ReplaceRulesAsync(
                [
                    new AccessRule(SubjectKind.User, Owner, Role.Admin, RepositoryPattern.All),
                    .. Users.Select(user => new AccessRule(
                        user.Name is null ? SubjectKind.Anyone : SubjectKind.User, user.Name ?? "", user.Role, RepositoryPattern.Parse(user.Pattern))),
                ],
                CancellationToken.None),
            CancellationToken.None);
        Client.Authorization = PasswordFile.Basic(Owner, PasswordFile.Password);
        foreach (var repository in Repositories)
        {
            // With a list of its packages, which is the same everywhere.
            var image = await Client.PushImageAsync(repository, "1");
            const string Type = "application/vnd.cyclonedx+json";
            await Client.PushArtifactAsync(repository, tag: null, artifactType: Type, mediaType: Type, Encoding.UTF8.GetBytes(SbomTests.CycloneDx), image);
        }

        Client.Authorization = null;
    }

    private HtpasswdConfiguration WriteUsers()
    {
        var path = Path.Combine(Root, "htpasswd");
        if (!File.Exists(path))
        {
            File.WriteAllText(path, string.Concat(Users.Select(user => user.Name).OfType<string>().Append(Owner)
                .Select(name => PasswordFile.Line(name, PasswordFile.Password))));
        }

        return new HtpasswdConfiguration("Our registry", path);
    }
}

/// <param name="Name">Null for whoever has none.</param>
/// <param name="Role">In the one rule about that user.</param>
/// <param name="Pattern">In the same rule.</param>
public sealed record MatrixUser(string? Name, Role Role, string Pattern)
{
    public void SignIn(HttpRequestMessage request)
    {
        if (Name is not null)
        {
            request.Headers.Authorization = PasswordFile.Basic(Name, PasswordFile.Password);
        }
    }

    /// <summary>Written by hand, beside the code that is tested. Everybody may pull <c>app</c> besides, since anonymous users may.</summary>
    public bool Covers(string repository) => Pattern switch
    {
        "app" => repository == "app",
        "team/app" or "team/*" => repository == "team/app",
        "team/**" => repository is "team/app" or "team/part/app",
        "*" => repository == "app",
        _ => true,
    };
}
