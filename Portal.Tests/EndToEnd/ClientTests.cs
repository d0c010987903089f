using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>Real clients push and pull; what comes back has the digest that went in.</summary>
public sealed class ClientTests(PortalFixture portal) : IClassFixture<PortalFixture>, IDisposable
{
    private readonly TempFolder _folder = new();

    private string Host => portal.RegistryAddress.Authority;

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Theory]
    [InlineData("oci", "oci")]
    [InlineData("v2s2", "dir")]
    public async Task Skopeo_ImageInAndOut_KeepsItsDigest(string format, string transport)
    {
        await portal.Client.PushImageAsync($"skopeo/{transport}", "source");
        var pushed = $"docker://{Host}/skopeo/{transport}:{format}";

        await SkopeoAsync("copy", "--format", format, $"docker://{Host}/skopeo/{transport}:source", pushed);
        await SkopeoAsync("copy", pushed, $"{transport}:{_folder.Combine("image")}");
        await SkopeoAsync("copy", $"{transport}:{_folder.Combine("image")}", $"docker://{Host}/skopeo/{transport}:back");

        Assert.Equal(await DigestAsync(pushed), await DigestAsync($"docker://{Host}/skopeo/{transport}:back"));
    }

    [Fact]
    public async Task Skopeo_DockerArchive_GoesInAndOut()
    {
        await portal.Client.PushImageAsync("skopeo/archive", "source");
        await SkopeoAsync("copy", "--format", "v2s2", $"docker://{Host}/skopeo/archive:source", $"docker://{Host}/skopeo/archive:1");

        await SkopeoAsync("copy", $"docker://{Host}/skopeo/archive:1", $"docker-archive:{_folder.Combine("image.tar")}:app:1");
        await SkopeoAsync("copy", $"docker-archive:{_folder.Combine("image.tar")}", $"docker://{Host}/skopeo/archive:2");

        using var answer = await portal.Client.GetAsync("/v2/skopeo/archive/manifests/2");
        Assert.Equal(MediaTypes.DockerManifest, answer.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task Skopeo_MultiPlatformIndex_KeepsItsDigest()
    {
        var amd64 = await portal.Client.PushImageAsync("skopeo/multi", "amd64", "layer of amd64");
        var arm64 = await portal.Client.PushImageAsync("skopeo/multi", "arm64", "layer of arm64");
        var index = ImageBuilder.Index((amd64, await SizeAsync(amd64), "amd64"), (arm64, await SizeAsync(arm64), "arm64"));
        using (await portal.Client.PutManifestAsync("skopeo/multi", "all", index, MediaTypes.OciIndex))
        {
        }

        await SkopeoAsync("copy", "--all", $"docker://{Host}/skopeo/multi:all", $"oci:{_folder.Combine("layout")}:all");
        await SkopeoAsync("copy", "--all", $"oci:{_folder.Combine("layout")}:all", $"docker://{Host}/skopeo/copied:all");

        using var copied = await portal.Client.GetAsync("/v2/skopeo/copied/manifests/all");
        Assert.Equal(Digest.Of(index), Digest.Of(await copied.Content.ReadAsByteArrayAsync()));
    }

    [Fact]
    public async Task Buildah_BuildsPushesAndPulls()
    {
        await File.WriteAllTextAsync(_folder.Combine("hello.txt"), "hello");
        string[] storage = ["--storage-driver", "vfs", "--root", _folder.Combine("root"), "--runroot", _folder.Combine("run")];
        var container = (await BuildahAsync("from", "scratch")).Trim();
        await BuildahAsync("copy", container, _folder.Combine("hello.txt"), "/hello.txt");
        await BuildahAsync("commit", container, "built");

        await BuildahAsync("push", "--tls-verify=false", "built", $"docker://{Host}/buildah/app:1");
        await BuildahAsync("pull", "--tls-verify=false", $"docker://{Host}/buildah/app:1");

        Assert.Contains($"{Host}/buildah/app", await BuildahAsync("images"), StringComparison.Ordinal);

        Task<string> BuildahAsync(string command, params string[] arguments) =>
            ChildProcess.RunAsync("buildah", [.. storage, command, .. arguments]);
    }

    private async Task<int> SizeAsync(Digest digest)
    {
        using var answer = await portal.Client.SendAsync(HttpMethod.Head, $"/v2/skopeo/multi/manifests/{digest}");
        return (int)answer.Content.Headers.ContentLength!.Value;
    }

    private static async Task<string> DigestAsync(string image)
    {
        return (await ChildProcess.RunAsync("skopeo", "inspect", "--tls-verify=false", "--format", "{{.Digest}}", image)).Trim();
    }

    private static Task<string> SkopeoAsync(string command, params string[] arguments)
    {
        return ChildProcess.RunAsync(
            "skopeo", ["--insecure-policy", command, "--src-tls-verify=false", "--dest-tls-verify=false", .. arguments]);
    }
}
