using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Portal.Registry.Auth;
using Portal.Storage.Accounts;
using Portal.Tests.Fixtures;
using Portal.Tests.Protocol;
using Portal.Web.Api;

namespace Portal.Tests.Api;

/// <summary>The same users, rules and repositories as <see cref="PermissionMatrixTests"/>, at the API: the same answers as at registry and pages.</summary>
public sealed class ApiPermissionTests(PermissionPortal portal) : IClassFixture<PermissionPortal>
{
    private const string NoDigest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    // Every repository has the same image: {0} is its manifest, {1} its layer.
    private static readonly string[] Reading =
    [
        "", "/-/tags", "/-/tags/1", "/-/tags/1/history", "/-/description", "/-/pulls", "/-/use", "/-/untagged", "/-/deleted-tags", "/-/deletions",
        "/-/deletion", "/-/tags/1/deletion", "/-/manifests/{0}/deletion",
        "/-/manifests/{0}", "/-/manifests/{0}/content", "/-/manifests/{0}/dockerfile", "/-/manifests/{0}/use", "/-/manifests/{0}/attachments",
        "/-/manifests/{0}/layers", "/-/manifests/{0}/files", "/-/manifests/{0}/files/content?path=app/file.txt", "/-/blobs/{1}", "/-/blobs/{1}/packages",
    ];

    // Each compares a repository with the one that everybody may pull.
    private static readonly string[] Comparing = ["compare?a={0}:1&b=app:1", "compare?a=app:1&b={0}:1", "compare/files?a={0}:1&b=app:1", "compare/packages?a={0}:1&b=app:1", "compare/packages?a=app:1&b={0}:1"];

    // The own account, with what changes nothing: a session that is not there, a token of somebody else, a password that is another one.
    private static readonly (string Method, string Path, string? Body, int Status)[] Owning =
    [
        ("GET", "me/sessions", null, 200),
        ("DELETE", "me/sessions/99999", null, 404),
        ("DELETE", "me/sessions", null, 204),
        ("POST", $"users/{PermissionPortal.Owner}/tokens", """{"name":"x"}""", 403),
        ("PUT", "me/password", """{"current":"another one","next":"a long sentence that nobody guesses"}""", 409),
    ];

    // Of a registry elsewhere that does not answer, to those who may pull everything here.
    private static readonly (string Method, string Path, int Status, bool IsForAdministrators)[] Elsewhere =
    [
        ("GET", "registries/gone", 200, false),
        ("GET", "registries/gone/repositories", 503, false),
        ("GET", "registries/gone/repositories/app/-/tags", 503, false),
        ("GET", "registries/gone/repositories/app/-/tags/1", 503, false),
        ("GET", $"registries/gone/repositories/app/-/manifests/{NoDigest}", 503, false),
        ("GET", $"registries/gone/repositories/app/-/manifests/{NoDigest}/tags", 503, true),
        ("DELETE", $"registries/gone/repositories/app/-/manifests/{NoDigest}", 503, true),
    ];

    // With what cannot be done, so that nothing is: a version that is not there, an image that is not there.
    private static readonly (string Method, string Path, string? Body, int Status)[] Pushing =
    [
        ("POST", "/-/deletions/1/undo", null, 404),
        ("POST", "/-/tags/1/restore", $$"""{"digest":"{{NoDigest}}"}""", 404),
        ("PUT", "/-/description", """{"text":"x","version":999}""", 409),
        ("POST", "/-/copies", """{"reference":"none","tag":"2"}""", 404),
    ];

    private static readonly (string Method, string Path, string? Body)[] Deleting =
    [
        ("DELETE", "/-/tags/none", null),
        ("DELETE", $"/-/manifests/{NoDigest}", null),
        ("POST", "/-/tags/delete", """{"tags":["none"]}"""),
    ];

    private static readonly (string Method, string Path, string? Body)[] Administering =
    [
        ("GET", "users", null),
        ("GET", "users/owner", null),
        ("POST", "users", """{"name":"x","password":""}"""),
        ("POST", "users/nobody/disable", null),
        ("POST", "users/nobody/enable", null),
        ("PUT", "users/nobody/password", """{"password":"x"}"""),
        ("DELETE", "users/nobody", null),
        ("GET", "users/owner/tokens", null),
        ("DELETE", "tokens/99999", null),
        ("GET", "permissions", null),
        ("PUT", "permissions", """{"before":[],"rules":[]}"""),
        ("GET", "permissions/explanation?repository=app", null),
        ("GET", "webhooks", null),
        ("GET", "webhooks/none", null),
        ("POST", "webhooks/none/test", null),
        ("POST", "webhooks/none/pause", null),
        ("POST", "webhooks/none/resume", null),
        ("POST", "webhooks/none/redeliver", null),
        ("POST", "webhooks", """{"name":"x","url":""}"""),
        ("GET", "webhooks/none/settings", null),
        ("PUT", "webhooks/none/settings", """{"url":""}"""),
        ("DELETE", "webhooks/none", null),
        ("POST", "webhooks/none/deliveries/1/skip", null),
        ("GET", "configuration", null),
        ("GET", "configuration/effective", null),
        ("POST", "configuration/check", """{"text":""}"""),
        ("PUT", "configuration", """{"text":"","version":""}"""),
        ("GET", "configuration/versions", null),
        ("GET", "configuration/versions/1", null),
        ("POST", "configuration/versions/1/restore", """{"version":""}"""),
        ("GET", "webhooks/none/deliveries", null),
        ("GET", "webhooks/none/deliveries/1", null),
        ("POST", "webhooks/none/deliveries/1/redeliver", null),
        ("GET", "dashboard", null),
        ("GET", "health", null),
        ("GET", "health/changes", null),
        ("GET", "audit", null),
        ("GET", "garbage-collection", null),
        ("POST", "garbage-collection", """{"dryRun":true,"untagged":true}"""),
        ("DELETE", "garbage-collection", null),
    ];

    // Asked for in other ways than by their addresses alone; and one that would take everything away (ApiContentTests has it).
    private readonly HashSet<string> _asked = ["listRepositories", "listNamespaces", "getFacets", "getMe", "listRegistries", "search", "listActivity", "deleteRepository"];

    [Fact]
    public async Task EveryCell_IsAsItsRoleAndPatternSay()
    {
        using var owner = new ApiClient(portal.PortalAddress, PermissionPortal.Owner);
        var image = await owner.GetAsync("repositories/app/-/tags/1");
        var (manifest, layer) = (image["digest"]!.GetValue<string>(), image["layers"]![0]!["digest"]!.GetValue<string>());
        using var registry = new RegistryClient(portal.RegistryAddress) { Authorization = PasswordFile.Basic(PermissionPortal.Owner, PasswordFile.Password) };
        var deletions = new Dictionary<string, long>();
        foreach (var repository in PermissionPortal.Repositories)
        {
            var gone = await registry.PushImageAsync(repository, "gone", "gone");
            deletions[repository] = (await owner.ReadAsync(HttpMethod.Delete, $"repositories/{repository}/-/manifests/{gone}"))!["deletionId"]!.GetValue<long>();
        }

        var cells = 0;
        var wrong = new List<string>();
        foreach (var user in PermissionPortal.Users)
        {
            using var client = new ApiClient(portal.PortalAddress, user.Name);
            var listed = await client.GetAsync("repositories");
            foreach (var repository in PermissionPortal.Repositories)
            {
                var seen = repository == "app" || user.Covers(repository);
                var deletes = user.Covers(repository) && user.Role is Role.Maintainer or Role.Admin && user.Covers(repository);
                Note(user, $"list {repository}", Lists(listed, repository), seen);
                var above = repository.Contains('/', StringComparison.Ordinal) ? $"?in={repository[..repository.LastIndexOf('/')]}" : "";
                Note(user, $"level of {repository}", Lists(await client.GetAsync($"namespaces{above}"), repository, "repositories"), seen);
                foreach (var path in Reading.Select(path => string.Format(CultureInfo.InvariantCulture, path, manifest, layer)))
                {
                    Note(user, $"GET {repository}{path}", await AskAsync(client, "GET", $"repositories/{repository}{path}", null), seen ? 200 : 404);
                }

                foreach (var path in Comparing.Select(path => string.Format(CultureInfo.InvariantCulture, path, repository)))
                {
                    Note(user, $"GET {path}", await AskAsync(client, "GET", path, null), seen ? 200 : 404);
                }

                var pushes = user.Covers(repository) && user.Role is (Role.Writer or Role.Maintainer or Role.Admin);
                foreach (var (method, path, body, status) in Pushing)
                {
                    var refused = user.Name is null ? 401 : 403;
                    Note(user, $"{method} {repository}{path}", await AskAsync(client, method, $"repositories/{repository}{path}", body), !seen ? 404 : pushes ? status : refused);
                }

                // What somebody else deleted is brought back by those who may delete: told to them alone.
                if (seen)
                {
                    var told = await client.GetAsync($"repositories/{repository}/-/deletions");
                    Note(user, $"deletions of {repository}", told["total"]!.GetValue<int>(), deletes ? 1 : 0);
                }

                if (!deletes)
                {
                    var path = $"repositories/{repository}/-/deletions/{deletions[repository]}/undo";
                    Note(user, $"POST {path}", await AskAsync(client, "POST", path, null), !seen || pushes ? 404 : user.Name is null ? 401 : 403);
                }

                foreach (var (method, path, body) in Deleting)
                {
                    var refused = user.Name is null ? 401 : 403;
                    var expected = !seen ? 404 : !deletes ? refused : body is null ? 404 : 200;
                    Note(user, $"{method} {repository}{path}", await AskAsync(client, method, $"repositories/{repository}{path}", body), expected);
                }
            }

            Note(user, "GET me", (await client.GetAsync("me"))["rules"]!.AsArray().Count, user.Name is null ? 0 : 2);
            foreach (var (method, path, body, status) in Owning)
            {
                Note(user, $"{method} {path}", await AskAsync(client, method, path, body), user.Name is null ? 401 : status);
            }

            var seesAll = user.Pattern is "**";
            Note(user, "list registries", (await client.GetAsync("registries")).AsArray().Count, seesAll ? 1 : 0);
            foreach (var (method, path, status, isForAdministrators) in Elsewhere)
            {
                Note(user, $"{method} {path}", await AskAsync(client, method, path, null), !seesAll ? 404 : isForAdministrators && user.Role is not Role.Admin ? 403 : status);
            }

            // Administration is the same for every pattern: one user of each role says it.
            if (user.Name is null || user.Pattern is "**")
            {
                foreach (var (method, path, body) in Administering)
                {
                    var status = await AskAsync(client, method, path, body);
                    var isLetThrough = status is not (401 or 403);
                    Note(user, $"{method} {path}: {status}", isLetThrough, user.Role is Role.Admin);
                    Note(user, $"{method} {path} asks for a name", status == 401, user.Name is null);
                }
            }
        }

        TestContext.Current.SendDiagnosticMessage("{0} cells, {1} differ", cells, wrong.Count);
        Assert.Empty(wrong);
        Assert.True(cells > 3000, $"{cells} cells");
        Assert.Empty(portal.Get<ApiRoutes>().Operations.Select(operation => operation.Id).Except(_asked));

        void Note<T>(MatrixUser user, string what, T found, T expected)
        {
            cells++;
            if (!Equals(found, expected))
            {
                wrong.Add($"{user}: {what}: {found}, not {expected}");
            }
        }
    }

    /// <summary>A token lets through what its role and patterns say, however much its user may do, and administers nothing.</summary>
    [Fact]
    public async Task Token_OfAnAdministrator_MayWhatItsScopeSays_AndAdministersNothing()
    {
        var owner = new Identity { Kind = IdentityKind.Session, Name = PermissionPortal.Owner };
        foreach (var role in new[] { Role.Reader, Role.Writer, Role.Maintainer })
        {
            foreach (var pattern in new[] { "team/app", "team/**", "**" })
            {
                var scope = new MatrixUser($"token of {role}", role, pattern);
                var token = await portal.Get<AccessTokens>().CreateAsync(
                    owner, null, new TokenRequest { User = PermissionPortal.Owner, Name = $"{role} {pattern}", Role = role, Patterns = [RepositoryPattern.Parse(pattern)] }, CancellationToken.None);
                using var program = new ApiClient(portal.PortalAddress, PermissionPortal.Owner, token.Secret);
                foreach (var repository in PermissionPortal.Repositories)
                {
                    var (seen, pushes, deletes) = (scope.Covers(repository), role is not Role.Reader, role is Role.Maintainer);
                    await ExpectAsync("GET", $"repositories/{repository}/-/deletions", null, seen ? 200 : 404);
                    await ExpectAsync("POST", $"repositories/{repository}/-/deletions/1/undo", null, !seen || pushes ? 404 : 403);
                    await ExpectAsync("DELETE", $"repositories/{repository}/-/manifests/{NoDigest}", null, !seen || deletes ? 404 : 403);
                    await ExpectAsync("PUT", $"repositories/{repository}/-/description", """{"text":"x","version":999}""", !seen ? 404 : pushes ? 409 : 403);
                }

                foreach (var (method, path, body) in Administering)
                {
                    await ExpectAsync(method, path, body, 403);
                }

                Assert.Equal(PermissionPortal.Repositories.Count(scope.Covers), (await program.GetAsync("repositories"))["total"]!.GetValue<int>());
                Assert.False((await program.GetAsync("me"))["isAdministrator"]!.GetValue<bool>());

                async Task ExpectAsync(string method, string path, string? body, int status)
                {
                    var found = await AskAsync(program, method, path, body);
                    Assert.True(found == status, $"{role} {pattern}: {method} {path}: {found}, not {status}");
                }
            }
        }
    }

    private static bool Lists(JsonNode list, string repository, string field = "items") => list[field]!.AsArray().Any(row => row!["name"]!.GetValue<string>() == repository);

    private async Task<int> AskAsync(ApiClient client, string method, string path, string? body)
    {
        _asked.UnionWith(portal.Get<ApiRoutes>().Find(path.Split('?')[0]).Select(row => row.Operation).Where(operation => operation.Method == method).Select(operation => operation.Id));
        using var answer = await client.SendAsync(new HttpMethod(method), path, body);
        Assert.Equal(answer.StatusCode is HttpStatusCode.Unauthorized, answer.Headers.WwwAuthenticate.Count > 0);
        return (int)answer.StatusCode;
    }
}
