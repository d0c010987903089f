using System.Net;
using System.Security.Cryptography;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using Portal.Web.Hosting;

namespace Portal.Tests.EndToEnd;

/// <summary>A rebuild while requests are held: the old portal finishes them, the new one serves everybody else.</summary>
public sealed class RebuildHeldTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _address = ChildProcess.FreeAddress().Authority;
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(100_000);

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory]
    [InlineData("filesystem")]
    [InlineData("inmemory")]
    public async Task HeldUpload_IsFinishedByTheOldPortal_WhileTheNewOneAnswers_AndItsImageIsSeen(string driver)
    {
        await using var portal = await HostedPortal.StartAsync(Yaml(driver));
        using var client = new RegistryClient(portal.Address);
        var upload = new Uri(await client.StartUploadAsync("app")).PathAndQuery;
        using var patch = await HalfSentPatch.StartAsync(portal.Address, upload, _content);

        Assert.Null((await portal.RebuildAsync(Yaml(driver, "catalog: {maxentries: 7}"))).Failure);

        using var fresh = new RegistryClient(portal.Address);
        using (var answer = await fresh.GetAsync("/v2/_catalog?n=8"))
        {
            await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "PAGINATION_NUMBER_INVALID");
        }

        Assert.StartsWith("HTTP/1.1 202 ", await patch.FinishAsync(), StringComparison.Ordinal);
        using var commit = await fresh.SendAsync(HttpMethod.Put, $"{upload}&digest={Digest.Of(_content)}", []);
        Assert.Equal(HttpStatusCode.Created, commit.StatusCode);
        var config = ImageBuilder.Config(ImageBuilder.Layer("any").DiffId);
        var manifest = ImageBuilder.Manifest((await fresh.PushBlobAsync("app", config), config.Length), [(Digest.Of(_content), _content.Length)]);
        using var put = await fresh.PutManifestAsync("app", "held", manifest, MediaTypes.OciManifest);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        await AssertShownAsync(portal, "held");
    }

    [Fact]
    public async Task HeldManifest_IsTakenByTheOldPortal_AndShowsInTheListsOfTheNewOne()
    {
        await using var portal = await HostedPortal.StartAsync(Yaml("filesystem"));
        using var client = new RegistryClient(portal.Address);
        await client.PushImageAsync("app", "before");
        using var stored = await client.GetAsync("/v2/app/manifests/before");
        var manifest = await stored.Content.ReadAsByteArrayAsync();
        using var held = new HeldBody(manifest[..40], manifest[40..]);
        held.Headers.ContentType = new(MediaTypes.OciManifest);
        var putting = client.SendAsync(HttpMethod.Put, "/v2/app/manifests/held", change: request => request.Content = held);
        await held.Begun.WaitAsync(Patience.Deadline);

        Assert.Null((await portal.RebuildAsync(Yaml("filesystem", "catalog: {maxentries: 7}"))).Failure);
        await AssertShownAsync(portal, "before");
        held.Finish();

        using var put = await putting;
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        await AssertShownAsync(portal, "held");
    }

    [Fact]
    public async Task HeldUpload_OneOfItsChunksComesToTheNewPortal_WaitsForItsTurn()
    {
        await using var portal = await HostedPortal.StartAsync(Yaml("filesystem"));
        using var client = new RegistryClient(portal.Address);
        var upload = new Uri(await client.StartUploadAsync("app")).PathAndQuery;
        using var patch = await HalfSentPatch.StartAsync(portal.Address, upload, _content);
        Assert.Null((await portal.RebuildAsync(Yaml("filesystem", "catalog: {maxentries: 7}"))).Failure);
        using var fresh = new RegistryClient(portal.Address);

        var commit = fresh.SendAsync(HttpMethod.Put, $"{upload}&digest={Digest.Of(_content)}", []);
        await patch.FinishAsync();

        using var committed = await commit.WaitAsync(Patience.Deadline);
        Assert.Equal(HttpStatusCode.Created, committed.StatusCode);
    }

    [Fact]
    public async Task LiveChange_AfterTheRebuild_CountsForWhatIsHeld()
    {
        await using var portal = await HostedPortal.StartAsync(Yaml("filesystem"));
        using var client = new RegistryClient(portal.Address);
        var upload = new Uri(await client.StartUploadAsync("app")).PathAndQuery;
        using var held = new HeldBody(_content[..40], _content[40..]);
        var putting = client.SendAsync(HttpMethod.Put, $"{upload}&digest={Digest.Of(_content)}", change: request => request.Content = held);
        await held.Begun.WaitAsync(Patience.Deadline);
        Assert.Null((await portal.RebuildAsync(Yaml("filesystem", "catalog: {maxentries: 7}"))).Failure);

        Assert.Empty(portal.Apply(Yaml("filesystem", "catalog: {maxentries: 7}\nstorage: {maintenance: {readonly: {enabled: true}}}")).Restart);
        held.Finish();

        using var put = await putting;
        await RegistryClient.AssertErrorAsync(put, HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
    }

    [Fact]
    public async Task AnotherStorage_WaitsForWhatIsHeld()
    {
        await using var portal = await HostedPortal.StartAsync(Yaml("filesystem"));
        using var client = new RegistryClient(portal.Address);
        var upload = new Uri(await client.StartUploadAsync("app")).PathAndQuery;
        using var patch = await HalfSentPatch.StartAsync(portal.Address, upload, _content);

        var rebuilt = portal.RebuildAsync(Yaml("filesystem", "storage: {cache: {blobdescriptor: inmemory}}"));
        using var fresh = new RegistryClient(portal.Address);
        var waiting = fresh.GetAsync("/v2/");
        Assert.StartsWith("HTTP/1.1 202 ", await patch.FinishAsync(), StringComparison.Ordinal);

        Assert.Null((await rebuilt).Failure);
        using var answer = await waiting.WaitAsync(Patience.Deadline);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var commit = await fresh.SendAsync(HttpMethod.Put, $"{upload}&digest={Digest.Of(_content)}", []);
        Assert.Equal(HttpStatusCode.Created, commit.StatusCode);
    }

    [Fact]
    public async Task MoreRebuildsThanMayBeHeld_CutTheOldestShort_AndItsUploadGoesOn()
    {
        await using var portal = await HostedPortal.StartAsync(Yaml("filesystem"));
        using var client = new RegistryClient(portal.Address);
        var patches = new List<(string Upload, HalfSentPatch Patch)>();
        for (var round = 0; round <= LeavingApplications.Most; round++)
        {
            var upload = new Uri(await client.StartUploadAsync("app")).PathAndQuery;
            patches.Add((upload, await HalfSentPatch.StartAsync(portal.Address, upload, _content)));
            Assert.Null((await portal.RebuildAsync(Yaml("filesystem", $"catalog: {{maxentries: {round + 1}}}"))).Failure);
        }

        // The turn of the first upload is free again: its request was cut off.
        using var status = await client.GetAsync(patches[0].Upload);
        Assert.Equal(HttpStatusCode.NoContent, status.StatusCode);
        foreach (var (_, patch) in patches.Skip(1))
        {
            Assert.StartsWith("HTTP/1.1 202 ", await patch.FinishAsync(), StringComparison.Ordinal);
        }

        patches.ForEach(held => held.Patch.Dispose());
    }

    [Fact]
    public async Task Stopped_WithoutDrainTimeout_CutsWhatIsHeldAtOnce()
    {
        await using var portal = await HostedPortal.StartAsync(Yaml("filesystem"));
        using var client = new RegistryClient(portal.Address);
        var upload = new Uri(await client.StartUploadAsync("app")).PathAndQuery;
        using var patch = await HalfSentPatch.StartAsync(portal.Address, upload, _content);
        Assert.Null((await portal.RebuildAsync(Yaml("filesystem", "catalog: {maxentries: 7}"))).Failure);

        await portal.StopAsync().WaitAsync(Patience.Deadline);
    }

    private string Yaml(string driver, string more = "") => driver == "filesystem"
        ? TestYaml.With(_folder.Path, _address, more)
        : TestYaml.With(_folder.Path, _address, more)
            .Replace($"{{filesystem: {{rootdirectory: {_folder.Path}}}}}", "{inmemory: {}}", StringComparison.Ordinal)
            .Replace(", secret: for tests", "", StringComparison.Ordinal);

    /// <summary>In the registry's own list, in the catalog, and in the page of the repository.</summary>
    private static async Task AssertShownAsync(HostedPortal portal, string tag)
    {
        using var client = new RegistryClient(portal.Address);
        Assert.Contains(tag, await client.TagsAsync("app"));
        using (var catalog = await client.GetAsync("/v2/_catalog"))
        {
            Assert.Contains("\"app\"", await catalog.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using var pages = new HttpClient { BaseAddress = portal.Pages };
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while (!(await ReadAsync(pages, deadline.Token)).Contains($">{tag}<", StringComparison.Ordinal))
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    /// <summary>The page of the repository; while the index is read anew it may say that there is none.</summary>
    private static async Task<string> ReadAsync(HttpClient pages, CancellationToken cancellationToken)
    {
        using var answer = await pages.GetAsync(new Uri("/r/app", UriKind.Relative), cancellationToken);
        return await answer.Content.ReadAsStringAsync(cancellationToken);
    }
}
