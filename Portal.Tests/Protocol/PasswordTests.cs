using System.Net;
using Microsoft.Extensions.Logging;
using Portal.Registry.Auth;
using Portal.Registry.Events;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>Names and passwords of an <c>htpasswd</c> file, on both listeners.</summary>
public sealed class PasswordTests(PasswordFixture portal) : IClassFixture<PasswordFixture>
{
    [Theory]
    [InlineData("GET", "/v2/")]
    [InlineData("HEAD", "/v2/")]
    [InlineData("GET", "/v2/_catalog")]
    [InlineData("GET", "/v2/team/app/tags/list")]
    [InlineData("HEAD", "/v2/team/app/manifests/latest")]
    [InlineData("PUT", "/v2/team/app/manifests/latest")]
    [InlineData("DELETE", "/v2/team/app/manifests/latest")]
    [InlineData("GET", "/v2/team/app/blobs/sha256:00")]
    [InlineData("POST", "/v2/team/app/blobs/uploads/")]
    [InlineData("OPTIONS", "/v2/team/app/blobs/uploads/")]
    [InlineData("GET", "/v1/search?q=a")]
    public async Task WithoutPassword_IsChallenged(string method, string path)
    {
        using var answer = await portal.Client.SendAsync(new HttpMethod(method), path);

        Assert.Equal("Basic realm=\"Our registry\"", answer.Headers.WwwAuthenticate.ToString());
        if (method == "HEAD")
        {
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            return;
        }

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    [Theory]
    [InlineData("Basic YWRh")]
    [InlineData("Basic Ojo=")]
    [InlineData("Basic !!!")]
    [InlineData("Basic")]
    [InlineData("Bearer abc")]
    [InlineData("Basic YWRhOndyb25n")]
    [InlineData("Basic bm9ib2R5Ondyb25n")]
    public async Task WrongHeader_IsChallenged(string header)
    {
        using var answer = await SendAsync("/v2/", request => request.Headers.TryAddWithoutValidation("Authorization", header));

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    [Fact]
    public async Task GoodPassword_LetsIn_AgainAndAgain()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => SendAsync("/v2/", Good)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }

    [Fact]
    public async Task Ping_OfTheFirstProtocol_IsOpen()
    {
        using var answer = await portal.Client.GetAsync("/v1/_ping");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Pages_AskForTheSamePassword()
    {
        using var browser = new PageBrowser(portal.PortalAddress);
        using var refused = await browser.GetAsync("/");
        using var signedIn = await browser.SignInAsync(PasswordFile.User, PasswordFile.Password);
        using var open = await browser.GetAsync("/");

        Assert.Equal("/signin", refused.Headers.Location?.ToString());
        Assert.Equal("/", signedIn.Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.OK, open.StatusCode);
    }

    [Fact]
    public async Task Event_NamesTheUser()
    {
        using var events = portal.Get<EventStream>().Subscribe(_ => true, 100);

        using var post = await portal.Client.SendAsync(
            HttpMethod.Post, $"/v2/actor/app/blobs/uploads/?digest={Digest.Of("a"u8)}", "a"u8.ToArray(), change: Good);

        Assert.Equal(HttpStatusCode.Created, post.StatusCode);
        Assert.True(events.Events.TryRead(out var pushed));
        Assert.Equal(PasswordFile.User, pushed.Actor.Name);
    }

    [Fact]
    public async Task ChangedFile_CountsForTheNextRequest()
    {
        using var folder = new TempFolder();
        var configuration = PasswordFile.Write(folder.Path);
        using var world = new AccountsWorld(configuration.Path);
        Assert.NotNull(await world.SignInAsync(PasswordFile.User, PasswordFile.Password));

        for (var round = 0; round < 20; round++)
        {
            // Of one length and often within one tick of the file system's clock.
            File.WriteAllText(configuration.Path, PasswordFile.Line(PasswordFile.User, "changed"));
            Assert.Null(await world.SignInAsync(PasswordFile.User, PasswordFile.Password, $"192.0.2.{round}"));
            Assert.NotNull(await world.SignInAsync(PasswordFile.User, "changed"));

            File.WriteAllText(configuration.Path, PasswordFile.Line(PasswordFile.User, PasswordFile.Password));
            Assert.Null(await world.SignInAsync(PasswordFile.User, "changed", $"192.0.2.{round}"));
            Assert.NotNull(await world.SignInAsync(PasswordFile.User, PasswordFile.Password));
        }

        File.Delete(configuration.Path);
        Assert.NotNull(await world.SignInAsync(PasswordFile.User, PasswordFile.Password));
    }

    [Fact]
    public async Task MissingFile_IsMadeWithAFirstUser()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "auth", "htpasswd");
        var log = new FirstPassword();
        using var world = new AccountsWorld(path, log: log);

        Assert.Equal("docker", (await world.SignInAsync("docker", log.Password!))?.Name);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(path) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    private static void Good(HttpRequestMessage request)
    {
        request.Headers.Authorization = PasswordFile.Basic(PasswordFile.User, PasswordFile.Password);
    }

    private Task<HttpResponseMessage> SendAsync(string path, Action<HttpRequestMessage> change)
    {
        return portal.Client.SendAsync(HttpMethod.Get, path, change: change);
    }

    /// <summary>Reads the password off the one line that tells it.</summary>
    private sealed class FirstPassword : ILogger<HtpasswdFile>
    {
        public string? Password { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Password ??= (state as IReadOnlyList<KeyValuePair<string, object?>>)?
                .FirstOrDefault(value => value.Key == "Password").Value as string;
        }
    }
}
