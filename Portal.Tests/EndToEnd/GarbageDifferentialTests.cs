using System.Text;
using System.Text.RegularExpressions;
using Portal.Storage.Drivers.FileSystem;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;
using Portal.Tests.Fixtures;
using Portal.Web.Commands;

namespace Portal.Tests.EndToEnd;

/// <summary>One store, collected by Debian's <c>docker-registry</c> and by this command: the same blobs are left.</summary>
public sealed partial class GarbageDifferentialTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Collect_TheSameStore_LeavesTheSameBlobs(bool deletesUntagged)
    {
        await FillAsync(withIndexes: !deletesUntagged);
        await ChildProcess.RunAsync("cp", "-a", _folder.Combine("store"), _folder.Combine("theirs"));
        string[] options = deletesUntagged ? ["--delete-untagged"] : [];

        var theirDryRun = await ChildProcess.RunAsync("docker-registry", ["garbage-collect", "--dry-run", .. options, Write("theirs")]);
        var ourDryRun = await CollectAsync(["-d", .. options]);
        var theirs = await ChildProcess.RunAsync("docker-registry", ["garbage-collect", .. options, Write("theirs")]);
        var ours = await CollectAsync(options);

        Assert.Equal(Blobs("theirs"), Blobs("store"));
        Assert.Equal(Lines(theirDryRun), Lines(ourDryRun));
        Assert.Equal(Lines(theirs), Lines(ours));
        Assert.Empty(await CollectAsync([.. options, "-q"]));
        Assert.Contains("0 blobs and 0 manifests eligible", await CollectAsync(options));
    }

    /// <summary>Upstream takes what an index lists for untagged, and what says something about an image: here they stay.</summary>
    [Fact]
    public async Task Collect_Untagged_KeepsWhatUpstreamLoses()
    {
        await FillAsync(withIndexes: true);
        await ChildProcess.RunAsync("cp", "-a", _folder.Combine("store"), _folder.Combine("theirs"));

        await ChildProcess.RunAsync("docker-registry", "garbage-collect", "-m", Write("theirs"));
        await CollectAsync(["-m"]);

        Assert.Empty(Blobs("theirs").Except(Blobs("store")));
        Assert.NotEmpty(Blobs("store").Except(Blobs("theirs")));
    }

    [Theory]
    [InlineData("team")]
    [InlineData("alpine")]
    [InlineData("team/app/_manifests")]
    public async Task Collect_FolderThatIsASymbolicLink_IsFollowedAsUpstreamDoes(string linked)
    {
        await FillAsync(withIndexes: true);
        var place = _folder.Combine($"store/docker/registry/v2/repositories/{linked}");
        Directory.Move(place, _folder.Combine("elsewhere"));
        File.CreateSymbolicLink(place, _folder.Combine("elsewhere"));

        var theirs = await ChildProcess.RunAsync("docker-registry", "garbage-collect", "--dry-run", Write("store"));
        var ours = await CollectAsync(["-d"]);

        Assert.Contains("team/app: marking manifest", ours);
        Assert.Equal(Lines(theirs), Lines(ours));
    }

    private async Task FillAsync(bool withIndexes)
    {
        var driver = new FileSystemDriver(_folder.Combine("store"), 100);
        using var registry = new LocalRegistry(driver, TimeProvider.System);
        foreach (var name in new[] { "alpine", "team/app", "team/app/nested" })
        {
            await PutAsync(registry, name, "1.0", [$"layer of {name}", "shared"]);
            await PutAsync(registry, name, null, [$"untagged of {name}", "shared"]);
            var gone = await PutAsync(registry, name, "moved", [$"gone of {name}"]);
            await PutAsync(registry, name, "moved", [$"second of {name}"]);
            await registry.Manifests.DeleteAsync(RepositoryName.Parse(name), gone, CancellationToken.None);
            await PutBlobAsync(registry, name, $"upload of {name}");
            if (withIndexes)
            {
                var child = await PutAsync(registry, name, null, [$"child of {name}"]);
                await PutManifestAsync(registry, name, "multi", ImageBuilder.Index((child, "amd64")));
                await PutAsync(registry, name, null, [$"signature of {name}"], child);
            }
        }

        await PutBlobAsync(registry, "only/uploads", "nobody wants this");
    }

    private static async Task<Digest> PutBlobAsync(LocalRegistry registry, string name, string text)
    {
        var content = Encoding.UTF8.GetBytes(text);
        var digest = Digest.Of(content);
        await registry.Blobs.PutAsync(RepositoryName.Parse(name), digest, content, CancellationToken.None);
        return digest;
    }

    private static async Task<Digest> PutAsync(LocalRegistry registry, string name, string? tag, string[] layers, Digest? subject = null)
    {
        var config = await PutBlobAsync(registry, name, $"config of {layers[0]}");
        var contents = new List<(Digest, int)>();
        foreach (var layer in layers)
        {
            contents.Add((await PutBlobAsync(registry, name, layer), layer.Length));
        }

        return await PutManifestAsync(registry, name, tag, ImageBuilder.Manifest((config, 10), [.. contents], subject?.ToString()));
    }

    private static async Task<Digest> PutManifestAsync(LocalRegistry registry, string name, string? tag, byte[] content)
    {
        var manifest = Manifest.Parse(content, null);
        await registry.Manifests.PutAsync(RepositoryName.Parse(name), manifest, CancellationToken.None);
        if (tag is not null)
        {
            await registry.Tags.SetAsync(RepositoryName.Parse(name), Tag.Parse(tag), manifest.Digest, CancellationToken.None);
        }

        return manifest.Digest;
    }

    private string Write(string store)
    {
        var path = _folder.Combine($"{store}.yml");
        File.WriteAllText(path, $$"""
            version: 0.1
            storage: { filesystem: { rootdirectory: "{{_folder.Combine(store)}}" }, delete: { enabled: true } }
            http: { addr: "127.0.0.1:0" }
            """);
        return path;
    }

    private async Task<string> CollectAsync(string[] options)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var parsed = Assert.IsType<GarbageCollectArguments>(CommandLine.Parse(["garbage-collect", .. options, Write("store")], "registry"));
        var status = await GarbageCollectCommand.RunAsync(
            parsed, parsed.ConfigurationPath, new Dictionary<string, string>(), output, error, CancellationToken.None);
        Assert.Equal((ExitStatus.Done, ""), (status, error.ToString()));
        return output.ToString();
    }

    private List<string> Blobs(string store) =>
        [.. Directory.EnumerateFiles(_folder.Combine($"{store}/docker/registry/v2/blobs"), "data", SearchOption.AllDirectories)
            .Select(path => Path.GetFileName(Path.GetDirectoryName(path)!)).Order()];

    /// <summary>What both print, whatever the order: a repository's own lines of ours, and the bytes, upstream does not have.</summary>
    private static List<string> Lines(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.Contains("layer link", StringComparison.Ordinal) && !line.StartsWith("time=", StringComparison.Ordinal) && line != "only/uploads")
            .Select(line => Bytes().Replace(line, "")).Order(StringComparer.Ordinal)];

    [GeneratedRegex(@" \(\d+ bytes\)$")]
    private static partial Regex Bytes();
}
