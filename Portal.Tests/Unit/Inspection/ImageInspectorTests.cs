using System.Text;
using Portal.Registry.Auth;
using Portal.Registry.Inspection;
using Portal.Registry.Inspection.Attachments;
using Portal.Storage.Drivers.InMemory;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Inspection;

public sealed class ImageInspectorTests : IDisposable
{
    private static readonly RepositoryName Name = RepositoryName.Parse("team/app");

    private readonly LocalRegistry _registry = new(new InMemoryDriver(TimeProvider.System), TimeProvider.System);
    private readonly AccountsWorld _accounts = new();

    public void Dispose()
    {
        _registry.Dispose();
        _accounts.Dispose();
    }

    [Fact]
    public async Task Inspect_SizesThatNoSumHolds_StopAtTheLargest()
    {
        var size = await InspectSizeAsync(("a", long.MaxValue), ("b", long.MaxValue));

        Assert.Equal(long.MaxValue, size);
    }

    [Fact]
    public async Task Inspect_ConfigThatIsALayerToo_CountsOnce()
    {
        Assert.Equal(2, await InspectSizeAsync(("{}", 2), ("{}", 2)));
    }

    [Fact]
    public async Task Inspect_ManifestNamedBySha512_IsInspected()
    {
        var payload = """{"schemaVersion":2,"config":{"mediaType":"application/x.thing","digest":"CONFIG","size":2},"layers":[]}"""
            .Replace("CONFIG", Digest.Of("{}"u8).ToString(), StringComparison.Ordinal);
        var manifest = Manifest.Parse(Encoding.UTF8.GetBytes(payload), MediaTypes.OciManifest, DigestAlgorithm.Sha512);
        await _registry.Manifests.PutAsync(Name, manifest, CancellationToken.None);

        var inspection = await new ImageInspector(_registry, _accounts.Permissions).InspectAsync(Identity.Everyone, Name, manifest.Digest, CancellationToken.None);
        var attachments = await new AttachmentTree(_registry, _accounts.Permissions).ListAsync(Identity.Everyone, Name, manifest.Digest, [], CancellationToken.None);

        Assert.Equal(manifest.Digest, inspection!.Manifest.Digest);
        Assert.Empty(attachments.Attached);
    }

    /// <summary>The size of an artifact whose config and one layer are given by content and claimed size.</summary>
    private async Task<long> InspectSizeAsync((string Text, long Size) config, (string Text, long Size) layer)
    {
        var manifest = Manifest.Parse(
            Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"config":{{Descriptor(config)}},"layers":[{{Descriptor(layer)}}]}"""),
            MediaTypes.OciManifest);
        await _registry.Manifests.PutAsync(Name, manifest, CancellationToken.None);

        var inspection = await new ImageInspector(_registry, _accounts.Permissions).InspectAsync(Identity.Everyone, Name, manifest.Digest, CancellationToken.None);

        return inspection!.Size;
    }

    private static string Descriptor((string Text, long Size) content) =>
        $$"""{"mediaType":"application/x.thing","digest":"{{Digest.Of(Encoding.UTF8.GetBytes(content.Text))}}","size":{{content.Size}}}""";
}
