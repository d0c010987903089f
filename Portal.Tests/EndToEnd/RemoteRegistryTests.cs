using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Portal.Registry.Configuration;
using Portal.Registry.Remotes;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>What a portal reads of registries elsewhere: Debian's, one with a token server, and one that lies.</summary>
public sealed class RemoteRegistryTests : IDisposable
{
    private static readonly RepositoryName App = RepositoryName.Parse("team/app");

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task DockerRegistry_WithPasswords_IsListed_Read_AndDeletedFrom()
    {
        var htpasswd = PasswordFile.Write(_folder.Path);
        var address = ChildProcess.FreeAddress();
        await using var upstream = await UpstreamProcess.StartAsync(address, _folder, $"auth: {{htpasswd: {{realm: here, path: {htpasswd.Path}}}}}");
        using var client = new RegistryClient(address) { Authorization = PasswordFile.Basic(PasswordFile.User, PasswordFile.Password) };
        var digest = await client.PushImageAsync("team/app", "1.0");
        await client.PushImageAsync("team/app", "1.1", "another layer");
        await client.PushImageAsync("team/api", "1.0");
        using var remote = Open(address, "ada", PasswordFile.Password);

        var first = await remote.ListRepositoriesAsync(null, 1, Cancel);
        Assert.Equal(["team/api"], first.Items.Select(name => name.ToString()));
        Assert.Equal("team/api", first.Next);
        Assert.Equal(["team/app"], (await remote.ListRepositoriesAsync(first.Next, 10, Cancel)).Items.Select(name => name.ToString()));
        Assert.Equal(["team/app"], (await remote.SearchAsync("APP", 10, Cancel)).Found.Select(name => name.ToString()));
        Assert.Equal(["1.0", "1.1"], (await remote.ListTagsAsync(App, null, 10, Cancel))!.Items.Select(tag => tag.ToString()));
        var part = await remote.ListTagsAsync(App, null, 1, Cancel);
        Assert.Equal(("1.0", "1.0"), ($"{part!.Items.Single()}", part.Next));
        Assert.Equal("1.1", (await remote.ListTagsAsync(App, part.Next, 1, Cancel))!.Items.Single().ToString());
        Assert.Null(await remote.ListTagsAsync(RepositoryName.Parse("none"), null, 10, Cancel));

        var image = await new RemoteInspector(remote).InspectAsync(App, Tag.Parse("1.0"), Cancel);
        Assert.Equal(digest, image!.Manifest.Digest);
        Assert.Equal(["linux/amd64"], image.Platforms);
        Assert.Single(image.Layers);

        var pointing = (await remote.ListTagsOfAsync(App, digest, null, Cancel))!.Value;
        Assert.Equal(("1.0", false), ($"{pointing.Found.Single()}", pointing.IsCut));
        await remote.DeleteManifestAsync(App, digest, Cancel);
        Assert.Null(await remote.GetManifestAsync(App, Tag.Parse("1.0"), Cancel));
    }

    [Fact]
    public async Task WrongPassword_OrNone_IsSaid()
    {
        var htpasswd = PasswordFile.Write(_folder.Path);
        var address = ChildProcess.FreeAddress();
        await using var upstream = await UpstreamProcess.StartAsync(address, _folder, $"auth: {{htpasswd: {{realm: here, path: {htpasswd.Path}}}}}");

        using var nobody = Open(address);
        Assert.Contains("names nobody", await RefusalAsync(() => nobody.PingAsync(Cancel)), StringComparison.Ordinal);
        using var wrong = Open(address, "ada", "wrong");
        Assert.Contains("does not let ada do this", await RefusalAsync(() => wrong.PingAsync(Cancel)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RegistryWithATokenServer_IsAskedWithATokenForEachRepository()
    {
        var portal = new TokenServerPortal();
        await ((IAsyncLifetime)portal).InitializeAsync();
        await using var ending = (IAsyncDisposable)portal;
        portal.Client.Authorization = PasswordFile.Basic(PasswordFile.User, PasswordFile.Password);
        var digest = await portal.Client.PushImageAsync("team/app", "1.0");
        using var remote = Open(portal.RegistryAddress, "ada", PasswordFile.Password);

        Assert.Equal(["team/app"], (await remote.ListRepositoriesAsync(null, 10, Cancel)).Items.Select(name => name.ToString()));
        Assert.Equal(digest, (await remote.GetManifestAsync(App, Tag.Parse("1.0"), Cancel))!.Digest);
        Assert.Equal(digest, await remote.ResolveAsync(App, Tag.Parse("1.0"), Cancel));
    }

    [Fact]
    public async Task ContentThatIsNotOfItsDigest_AndWhatIsTooLong_IsRefused()
    {
        var digest = Digest.Of("{}"u8);
        await using var liar = await RecordingServer.StartAsync();
        liar.Answer = async context =>
        {
            var path = context.Request.Path.Value!;
            context.Response.ContentType = path.Contains("manifests", StringComparison.Ordinal) ? MediaTypes.OciManifest : MediaTypes.OctetStream;
            await context.Response.Body.WriteAsync(
                path.EndsWith("_catalog", StringComparison.Ordinal) ? Encoding.UTF8.GetBytes("<html>no list</html>")
                : path.Contains("blobs", StringComparison.Ordinal) ? new byte[64 * 1024]
                : ImageBuilder.Manifest((digest, 2), []));
        };
        using var remote = Open(liar.Address);

        Assert.Contains("is something else", await RefusalAsync(() => remote.GetManifestAsync(App, digest, Cancel)), StringComparison.Ordinal);
        Assert.Contains("is something else", await RefusalAsync(() => remote.GetBlobAsync(App, digest, 100_000, Cancel)), StringComparison.Ordinal);
        Assert.Contains("more than 1000 bytes", await RefusalAsync(() => remote.GetBlobAsync(App, digest, 1000, Cancel)), StringComparison.Ordinal);
        Assert.Contains("no list", await RefusalAsync(() => remote.ListRepositoriesAsync(null, 10, Cancel)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListsInSmallPages_OrWithoutAnEnd_AreFollowedAsFarAsTheyAreWorth()
    {
        var digest = Digest.Of("{}"u8);
        await using var server = await RecordingServer.StartAsync();
        server.Answer = async context =>
        {
            var last = int.TryParse(context.Request.Query["last"], out var number) ? number : 0;
            if (HttpMethods.IsHead(context.Request.Method))
            {
                context.Response.Headers["Docker-Content-Digest"] = context.Request.Path.Value!.EndsWith("/3", StringComparison.Ordinal) ? $"{digest}" : $"{Digest.Of("x"u8)}";
                return;
            }

            var isCatalog = context.Request.Path.Value!.EndsWith("_catalog", StringComparison.Ordinal);
            if (isCatalog || last < 4)
            {
                context.Response.Headers.Link = $"<{context.Request.Path}?last={last + 1}>; rel=\"next\"";
            }

            await context.Response.WriteAsync(isCatalog ? """{"repositories":[]}""" : $$"""{"tags":["{{last + 1}}"]}""");
        };
        using var remote = Open(server.Address);

        var pointing = (await remote.ListTagsOfAsync(App, digest, null, Cancel))!.Value;
        Assert.Equal(("3", false), ($"{pointing.Found.Single()}", pointing.IsCut));
        Assert.Empty((await remote.SearchAsync("app", 10, Cancel)).Found);
    }

    [Fact]
    public async Task AnswerThatBreaksOff_IsSaid()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var remote = Open(new Uri($"http://{listener.LocalEndpoint}/"));
        var serving = ServeAsync();

        Assert.Contains("breaks off", await RefusalAsync(() => remote.ListRepositoriesAsync(null, 10, Cancel)), StringComparison.Ordinal);
        await serving;

        async Task ServeAsync()
        {
            using var client = await listener.AcceptTcpClientAsync(Cancel);
            var stream = client.GetStream();
            Assert.NotEqual(0, await stream.ReadAsync(new byte[4096], Cancel));
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"u8.ToArray(), Cancel);
            client.Client.Shutdown(SocketShutdown.Send);

            // It is closed when the other side has seen the end, so that nothing of it is lost.
            await stream.ReadExactlyAsync(new byte[1], Cancel).AsTask().ContinueWith(_ => { }, Cancel, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    [Fact]
    public async Task NobodyThere_OrReadOnly_IsSaid()
    {
        using var nowhere = Open(ChildProcess.FreeAddress());
        Assert.Contains("cannot be reached", await RefusalAsync(() => nowhere.PingAsync(Cancel)), StringComparison.Ordinal);

        using var readOnly = new RemoteRegistry(nowhere.Configuration with { ReadOnly = true }, TimeProvider.System);
        Assert.Contains("readonly", await RefusalAsync(() => readOnly.DeleteManifestAsync(App, Digest.Of("{}"u8), Cancel)), StringComparison.Ordinal);
    }

    private static async Task<string> RefusalAsync(Func<Task> act) => (await Assert.ThrowsAsync<OciException>(act)).Message;

    private static RemoteRegistry Open(Uri address, string? name = null, string? password = null) => new(
        new RemoteRegistryConfiguration { Name = "elsewhere", Url = address, UserName = name, Password = password is null ? null : new Secret(password) },
        TimeProvider.System);
}
