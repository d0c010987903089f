using System.Net;
using Portal.Registry.Auth;
using Portal.Storage.Accounts;
using Portal.Storage.Reasons;
using Portal.Tests.Fixtures;
using Portal.Web.SignIn;

namespace Portal.Tests.Protocol;

/// <summary>Users, tokens and the audit trail of a running portal, as clients and tools meet them.</summary>
public sealed class AccountTests(PasswordFixture portal) : IClassFixture<PasswordFixture>
{
    private static readonly Identity Ada = new() { Kind = IdentityKind.Session, Name = PasswordFile.User };

    private string HtpasswdPath => Path.Combine(portal.Root, "htpasswd");

    [Fact]
    public async Task ApachesHtpasswd_EditsTheFileOfARunningPortal_CountsAtTheNextRequest()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await PingAsync("tool", "first"));

        await ChildProcess.RunAsync("htpasswd", "-Bb", "-C", "5", HtpasswdPath, "tool", "first");
        Assert.Equal(HttpStatusCode.OK, await PingAsync("tool", "first"));

        await ChildProcess.RunAsync("htpasswd", "-Bb", "-C", "5", HtpasswdPath, "tool", "second");
        Assert.Equal(HttpStatusCode.OK, await PingAsync("tool", "second"));
        Assert.Equal(HttpStatusCode.Unauthorized, await PingAsync("tool", "first"));

        await ChildProcess.RunAsync("htpasswd", "-D", HtpasswdPath, "tool");
        Assert.Equal(HttpStatusCode.Unauthorized, await PingAsync("tool", "second"));
        Assert.Equal(HttpStatusCode.OK, await PingAsync(PasswordFile.User, PasswordFile.Password));
    }

    [Fact]
    public async Task UserOfThePages_IsOneForApachesHtpasswd()
    {
        await portal.Get<UserAdministration>().AddAsync(Ada, null, "page", "page's password", CancellationToken.None);

        Assert.Equal(HttpStatusCode.OK, await PingAsync("page", "page's password"));
        await ChildProcess.RunAsync("htpasswd", "-vb", HtpasswdPath, "page", "page's password");
        await ChildProcess.RunAsync("htpasswd", "-D", HtpasswdPath, "page");
        Assert.Equal(HttpStatusCode.Unauthorized, await PingAsync("page", "page's password"));
    }

    [Fact]
    public async Task Token_StandsInThePlaceOfThePassword_WithinItsScope()
    {
        var made = await portal.Get<AccessTokens>().CreateAsync(
            Ada,
            null,
            new TokenRequest { User = PasswordFile.User, Name = "ci", Role = Role.Writer, Patterns = [RepositoryPattern.Parse("team/**")] },
            CancellationToken.None);
        using var client = new RegistryClient(portal.RegistryAddress) { Authorization = PasswordFile.Basic(PasswordFile.User, made.Secret) };

        Assert.Equal(HttpStatusCode.OK, await PingAsync(PasswordFile.User, made.Secret));
        await client.PushImageAsync("team/app", "1.0");
        using var deletion = await client.SendAsync(HttpMethod.Delete, "/v2/team/app/manifests/1.0");
        await RegistryClient.AssertErrorAsync(deletion, HttpStatusCode.Forbidden, "DENIED");
        using var elsewhere = await client.SendAsync(HttpMethod.Post, "/v2/other/app/blobs/uploads/", []);
        await RegistryClient.AssertErrorAsync(elsewhere, HttpStatusCode.Forbidden, "DENIED");

        await portal.Get<AccessTokens>().RevokeAsync(Ada, null, made.Token.Id, CancellationToken.None);
        Assert.Equal(HttpStatusCode.Unauthorized, await PingAsync(PasswordFile.User, made.Secret));
    }

    [Fact]
    public async Task Token_IsAPasswordForSkopeo()
    {
        using var folder = new TempFolder();
        var made = await portal.Get<AccessTokens>().CreateAsync(
            Ada, null, new TokenRequest { User = PasswordFile.User, Name = "skopeo" }, CancellationToken.None);
        portal.Client.Authorization = PasswordFile.Basic(PasswordFile.User, PasswordFile.Password);
        await portal.Client.PushImageAsync("team/skopeo", "1.0");
        var registry = portal.RegistryAddress.Authority;
        var authorization = folder.Combine("auth.json");

        await ChildProcess.RunAsync(
            "skopeo", "login", "--tls-verify=false", "--authfile", authorization, "--username", PasswordFile.User, "--password", made.Secret, registry);
        await ChildProcess.RunAsync(
            "skopeo", "--insecure-policy", "copy", "--src-tls-verify=false", "--authfile", authorization, $"docker://{registry}/team/skopeo:1.0", $"dir:{folder.Combine("image")}");

        Assert.Equal(portal.Client.Authorization, PasswordFile.Basic(PasswordFile.User, PasswordFile.Password));
        portal.Client.Authorization = null;
    }

    [Fact]
    public async Task AuditFile_IsTheFilteredTrail_WithoutFormulas()
    {
        var trail = portal.Get<AuditTrail>();
        trail.Add(AuditAction.SignInFailed, "=cmd|'/c calc'!A1", IPAddress.Parse("192.0.2.9"), "a \"quoted\", name", Reason.Plain("@SUM(1)"));
        trail.Add(AuditAction.SignedOut, "someone", null);
        await WrittenAsync(new AuditQuery { Action = AuditAction.SignedOut, Search = "someone" });

        using var http = await SignInAsync(PasswordFile.User);
        using var answer = await http.GetAsync("/settings/audit.csv?action=signinfailed&q=quoted");
        var lines = (await answer.Content.ReadAsStringAsync()).Split("\r\n");

        Assert.Equal("text/csv; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("attachment; filename=\"audit.csv\"", answer.Content.Headers.ContentDisposition?.ToString());
        Assert.Equal("time,action,actor,address,target,detail", lines[0]);
        Assert.EndsWith(",SignInFailed,'=cmd|'/c calc'!A1,192.0.2.9,\"a \"\"quoted\"\", name\",'@SUM(1)", lines[1], StringComparison.Ordinal);
        Assert.Equal([""], lines[2..]);
    }

    [Fact]
    public async Task AuditFile_IsForAdministratorsAlone()
    {
        using var anonymous = new HttpClient { BaseAddress = portal.PortalAddress };
        using var challenged = await anonymous.GetAsync("/settings/audit.csv");
        Assert.Equal(HttpStatusCode.Forbidden, challenged.StatusCode);

        using var open = new HttpClient { BaseAddress = portal.RegistryAddress };
        using var elsewhere = await open.GetAsync("/settings/audit.csv");
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
    }

    [Fact]
    public async Task Deletion_IsInTheAuditTrail()
    {
        portal.Client.Authorization = PasswordFile.Basic(PasswordFile.User, PasswordFile.Password);
        await portal.Client.PushImageAsync("team/doomed", "1.0");
        using var deletion = await portal.Client.SendAsync(HttpMethod.Delete, "/v2/team/doomed/manifests/1.0");
        portal.Client.Authorization = null;
        Assert.Equal(HttpStatusCode.Accepted, deletion.StatusCode);

        var entry = Assert.Single(await WrittenAsync(new AuditQuery { Action = AuditAction.TagDeleted }));
        Assert.Equal((PasswordFile.User, "127.0.0.1", "team/doomed:1.0"), (entry.Actor, entry.Address, entry.Target));
    }

    /// <summary>Waits for lines in the audit trail, which are written a moment after what they tell of.</summary>
    private async Task<IReadOnlyList<AuditEntry>> WrittenAsync(AuditQuery query)
    {
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            if ((await portal.Get<AuditStore>().FindAsync(query, deadline.Token)).Items is { Count: > 0 } found)
            {
                return found;
            }

            await tick.WaitForNextTickAsync(deadline.Token);
        }
    }

    private async Task<HttpClient> SignInAsync(string user)
    {
        var secret = await portal.Get<Sessions>().StartAsync(user, IPAddress.Loopback, "a test", null, null, CancellationToken.None);
        return new HttpClient { BaseAddress = portal.PortalAddress, DefaultRequestHeaders = { { "Cookie", $"{SessionCookie.Name}={secret}" } } };
    }

    private async Task<HttpStatusCode> PingAsync(string user, string password)
    {
        using var client = new RegistryClient(portal.RegistryAddress) { Authorization = PasswordFile.Basic(user, password) };
        using var answer = await client.GetAsync("/v2/");
        return answer.StatusCode;
    }
}

/// <summary>Without sign-in nothing of it is there.</summary>
public sealed class OpenAuditTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Fact]
    public async Task AuditFile_OfAnOpenRegistry_IsRefusedFromElsewhere()
    {
        using var http = new HttpClient { BaseAddress = portal.PortalAddress, DefaultRequestHeaders = { { "X-Forwarded-For", "203.0.113.9" } } };

        using var answer = await http.GetAsync("/settings/audit.csv");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("administrators", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenRegistry_AtRest_HasNoDatabaseOfAccounts()
    {
        await portal.Client.PushImageAsync("team/app", "1.0");

        Assert.False(File.Exists(Path.Combine(portal.Root, "accounts.db")));
    }
}
