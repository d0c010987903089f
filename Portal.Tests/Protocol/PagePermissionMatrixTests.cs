using System.Net;
using Portal.Registry.Auth;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;
using Portal.Web;
using Portal.Web.Hosting;
using Portal.Web.SignIn;

namespace Portal.Tests.Protocol;

/// <summary>The same users, rules and repositories as <see cref="PermissionMatrixTests"/>, at the pages.</summary>
public sealed class PagePermissionMatrixTests(PermissionPortal portal) : IClassFixture<PermissionPortal>
{
    private static readonly string[] AdministratorsPages = ["settings/users", "settings/audit", "settings/audit.csv", "health", "maintenance", "webhooks"];

    [Fact]
    public async Task EveryCell_IsAsItsRoleAndPatternSay()
    {
        var cells = 0;
        var wrong = new List<string>();
        foreach (var user in PermissionPortal.Users)
        {
            using var browser = await SignInAsync(user.Name);
            foreach (var repository in PermissionPortal.Repositories)
            {
                var seen = repository == "app" || user.Covers(repository);
                var deletes = user.Covers(repository) && user.Role is Role.Maintainer or Role.Admin && user.Name is not null && user.Covers(repository);
                foreach (var page in new[] { $"r/{repository}", $"r/{repository}/-/tags/1" })
                {
                    using var answer = await browser.GetAsync(page);
                    var text = await answer.Content.ReadAsStringAsync();
                    Check(user, page, "is there", answer.StatusCode is HttpStatusCode.OK, seen);
                    Check(user, page, "tells a digest", text.Contains("sha256:", StringComparison.Ordinal), seen);
                    Check(user, page, "offers to delete", text.Contains("Delete ", StringComparison.Ordinal), seen && deletes);
                }

                var name = RepositoryName.Parse(repository);
                var digest = (await portal.Get<LocalRegistry>().Tags.ResolveAsync(name, Tag.Parse("1"), CancellationToken.None))!.Value.Digest;
                using var files = await browser.GetAsync(PortalUrls.Files(name, digest));
                Check(user, repository, "shows its files", files.StatusCode is HttpStatusCode.OK, seen);
                using var oneFile = await browser.GetAsync(PortalUrls.Download(name, digest, null, "app/file.txt"));
                Check(user, repository, "gives its files", oneFile.StatusCode is HttpStatusCode.OK && oneFile.Content.Headers.ContentDisposition is not null, seen);
                using var file = await browser.GetAsync($"raw/{repository}/-/manifests/{digest}");
                Check(user, repository, "gives its manifest as a file", file.StatusCode is HttpStatusCode.OK, seen);
                using var comparison = await browser.GetAsync($"compare?a={repository}:1&b={repository}:1");
                Check(user, repository, "is compared", (await comparison.Content.ReadAsStringAsync()).Contains("sha256:", StringComparison.Ordinal), seen);
            }

            var catalog = await browser.GetStringAsync("");
            foreach (var repository in PermissionPortal.Repositories)
            {
                Check(
                    user, "catalog", $"lists {repository}", catalog.Contains($"href=\"r/{repository}\"", StringComparison.Ordinal), repository == "app" || user.Covers(repository));
            }

            // Its page opens the editor when it is live; it has no other way to the text.
            var identity = user.Name is null ? Identity.Anonymous : new Identity { Kind = IdentityKind.Session, Name = user.Name };
            Check(
                user, "settings/config", "opens the editor", Record.Exception(() => portal.Get<ConfigurationEditor>().Open(() => identity)) is null, user.Role is Role.Admin);
            foreach (var page in AdministratorsPages)
            {
                using var answer = await browser.GetAsync(page);
                var text = await answer.Content.ReadAsStringAsync();
                Check(user, page, "tells its contents", text.Contains(ContentOf(page), StringComparison.Ordinal), user.Role is Role.Admin);
            }
        }

        TestContext.Current.SendDiagnosticMessage("{0} cells, {1} differ", cells, wrong.Count);
        Assert.Empty(wrong);
        Assert.True(cells > 600, $"{cells} cells");

        void Check(MatrixUser user, string page, string what, bool found, bool expected)
        {
            cells++;
            if (found != expected)
            {
                wrong.Add($"{user}: {page} {what}: {found}, not {expected}");
            }
        }
    }

    private static string ContentOf(string page) => page switch
    {
        "settings/users" => PermissionPortal.Owner,
        "settings/audit" => "audit.csv",
        "webhooks" => "No program is told",
        "health" => "No check is configured",
        "maintenance" => "Free space",
        _ => "time,action",
    };

    private async Task<HttpClient> SignInAsync(string? user)
    {
        var browser = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = portal.PortalAddress };
        if (user is not null)
        {
            var secret = await portal.Get<Sessions>().StartAsync(user, IPAddress.Loopback, "a test", null, null, CancellationToken.None);
            browser.DefaultRequestHeaders.Add("Cookie", $"{SessionCookie.Name}={secret}");
        }

        return browser;
    }
}
