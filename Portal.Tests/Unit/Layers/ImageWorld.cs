using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Portal.Registry.Auth;
using Portal.Registry.Inspection;
using Portal.Registry.Layers;
using Portal.Storage.Drivers.InMemory;
using Portal.Storage.Layers;
using Portal.Storage.Layout;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Layers;

/// <summary>Images in memory, and the service that looks into them.</summary>
internal sealed class ImageWorld : IDisposable
{
    public const string Gzip = "application/vnd.oci.image.layer.v1.tar+gzip";

    private readonly TempFolder _folder = new();
    private readonly List<IDisposable> _made = [];

    public ImageWorld(LayerLimits? limits = null, long maxSize = LayerIndexes.DefaultSize)
    {
        Limits = limits ?? LayerLimits.Default;
        Driver = new HeldDriver(new InMemoryDriver(Time));
        Registry = new LocalRegistry(Driver, Time);
        Files = Restart(maxSize);
    }

    public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    public LayerLimits Limits { get; }

    public HeldDriver Driver { get; }

    public LocalRegistry Registry { get; }

    public AccountsWorld Accounts { get; } = new();

    /// <summary>What manifests say of each layer's size; null for the truth.</summary>
    public long? ClaimedSize { get; set; }

    public ImageFiles Files { get; private set; }

    public string Folder => Path.Combine(_folder.Path, "layers");

    public static RepositoryName Name { get; } = RepositoryName.Parse("team/app");

    /// <summary>Another service over the same folder, as after a restart.</summary>
    public ImageFiles Restart(long maxSize = LayerIndexes.DefaultSize)
    {
        var indexes = new LayerIndexes(Folder, Limits, Time, NullLogger<LayerIndexes>.Instance, maxSize);
        Files = new ImageFiles(new ImageInspector(Registry, Accounts.Permissions), Registry, indexes, Limits);
        _made.AddRange([Files, indexes]);
        return Files;
    }

    public Task<Digest> PutAsync(params byte[][] layers) => PutAsync([.. layers.Select(layer => (layer, Gzip, true))]);

    /// <summary>Puts an image. A layer that is not stored is only spoken of.</summary>
    public async Task<Digest> PutAsync(params (byte[] Content, string MediaType, bool IsStored)[] layers)
    {
        var config = "{}"u8.ToArray();
        await StoreAsync(config);
        foreach (var layer in layers.Where(layer => layer.IsStored))
        {
            await StoreAsync(layer.Content);
        }

        var manifest = Manifest.Parse(
            JsonSerializer.SerializeToUtf8Bytes(new
            {
                schemaVersion = 2,
                config = new { mediaType = MediaTypes.OciConfig, digest = Digest.Of(config).ToString(), size = config.Length },
                layers = layers.Select(layer => new
                {
                    mediaType = layer.MediaType,
                    digest = Digest.Of(layer.Content).ToString(),
                    size = ClaimedSize ?? layer.Content.Length,
                }),
            }),
            MediaTypes.OciManifest);
        await Registry.Manifests.PutAsync(Name, manifest, TestContext.Current.CancellationToken);
        return manifest.Digest;
    }

    public async Task<ImageLayers> FindAsync(Digest manifest) =>
        (await Files.FindAsync(Identity.Everyone, Name, manifest, TestContext.Current.CancellationToken))!;

    public async Task<FileTree> OpenAsync(Digest manifest, int? layer = null) =>
        await Files.OpenAsync(await FindAsync(manifest), layer, null, TestContext.Current.CancellationToken);

    /// <summary>The only layer's problem, and the names of what is listed.</summary>
    public async Task<(string? Problem, string[] Paths)> ListAsync(byte[] layer, string mediaType = Gzip, bool isStored = true)
    {
        using var tree = await OpenAsync(await PutAsync((layer, mediaType, isStored)));
        return (tree.Layers[0].Problem?.ToString(), [.. tree.All().Select(node => node.Path)]);
    }

    /// <summary>A file's text; null when there is none to read.</summary>
    public async Task<string?> ReadAsync(Digest manifest, string path, int? layer = null)
    {
        await using var content = await Files.ReadAsync(await FindAsync(manifest), layer, path, TestContext.Current.CancellationToken);
        if (content is null)
        {
            return null;
        }

        var buffer = new byte[content.Size + 1];
        var read = await content.ReadAsync(buffer, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, read);
    }

    public void Dispose()
    {
        _made.ForEach(made => made.Dispose());
        Registry.Dispose();
        Accounts.Dispose();
        _folder.Dispose();
    }

    private async Task StoreAsync(byte[] content)
    {
        var digest = Digest.Of(content);
        await Driver.PutAsync(RegistryPaths.BlobData(digest), content, CancellationToken.None);
        await Driver.WriteLinkAsync(RegistryPaths.LayerLink(Name, digest), digest, CancellationToken.None);
    }
}
