using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Portal.Storage.Drivers.InMemory;
using Portal.Storage.Layout;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;

namespace Portal.Tests.Unit.Metadata;

/// <summary>A storage in memory and an index of it in a real SQLite file, with words to fill the storage.</summary>
public sealed class CatalogWorld : IAsyncDisposable, IDbContextFactory<PortalDbContext>
{
    private readonly string _folder = Directory.CreateTempSubdirectory("portal-index-").FullName;
    private readonly DbContextOptions<PortalDbContext> _options;

    private CatalogWorld()
    {
        DatabasePath = Path.Combine(_folder, "portal.db");
        var options = new DbContextOptionsBuilder<PortalDbContext>();
        PortalDatabase.Configure(options, DatabasePath);
        _options = options.Options;
        Driver = new InMemoryDriver(Time);
        Registry = new LocalRegistry(Driver, Time);
        Database = new PortalDatabase(this, Time, NullLogger<PortalDatabase>.Instance);
        Index = new CatalogIndex(this, Time);
        Tree = new CatalogTree(this, Time);
        Search = new CatalogSearch(this);
        LastPulls = new LastPulls(this);
        Writer = new CatalogWriter(this, Registry, NullLogger<CatalogWriter>.Instance);
        Reconciler = new CatalogReconciler(this, Registry, Index, Writer, NullLogger<CatalogReconciler>.Instance);
    }

    public string DatabasePath { get; }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public InMemoryDriver Driver { get; }

    public LocalRegistry Registry { get; }

    public PortalDatabase Database { get; }

    public CatalogIndex Index { get; }

    public CatalogTree Tree { get; }

    public CatalogSearch Search { get; }

    public LastPulls LastPulls { get; }

    public CatalogWriter Writer { get; }

    public CatalogReconciler Reconciler { get; }

    /// <param name="migrate">Whether the tables are there already.</param>
    public static async Task<CatalogWorld> CreateAsync(bool migrate = true)
    {
        var world = new CatalogWorld();
        if (migrate)
        {
            await world.Database.MigrateAsync(CancellationToken.None);
        }

        return world;
    }

    public PortalDbContext CreateDbContext() => new(_options);

    public async ValueTask DisposeAsync()
    {
        Registry.Dispose();
        await using (var context = CreateDbContext())
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearPool(
                (Microsoft.Data.Sqlite.SqliteConnection)context.Database.GetDbConnection());
        }

        Directory.Delete(_folder, recursive: true);
    }

    public Task<int> ReconcileAsync()
    {
        return Reconciler.ReconcileAsync((_, _) => Task.CompletedTask, CancellationToken.None);
    }

    public Task RefreshAsync(string name, Digest[] manifests, string[] tags)
    {
        return Writer.RefreshAsync(
            RepositoryName.Parse(name), manifests, [.. tags.Select(tag => Tag.Parse(tag))], CancellationToken.None);
    }

    public async Task<RepositoryRow?> FindAsync(string name)
    {
        return await Index.FindRepositoryAsync(RepositoryName.Parse(name), CancellationToken.None);
    }

    public async Task<TagRow> FindTagAsync(string name, string tag)
    {
        var page = await Index.FindTagsAsync(RepositoryName.Parse(name), new TagQuery { Take = 1000 }, CancellationToken.None);
        return page.Items.Single(row => row.Name.ToString() == tag);
    }

    /// <summary>Puts an image of one config and layers of the given sizes; a layer is known by its size.</summary>
    public async Task<Manifest> PutImageAsync(
        string name, string? tag, long[] layers, string config = """{"os":"linux","architecture":"amd64"}""", Digest? subject = null)
    {
        var content = Encoding.UTF8.GetBytes(config);
        var digest = Digest.Of(content);
        var repository = RepositoryName.Parse(name);
        await Driver.PutAsync(RegistryPaths.BlobData(digest), content, CancellationToken.None);
        await Driver.WriteLinkAsync(RegistryPaths.LayerLink(repository, digest), digest, CancellationToken.None);
        return await PutAsync(name, tag, new
        {
            schemaVersion = 2,
            mediaType = MediaTypes.OciManifest,
            config = new { mediaType = MediaTypes.OciConfig, digest = digest.ToString(), size = content.Length },
            layers = layers.Select(size => new
            {
                mediaType = "application/vnd.oci.image.layer.v1.tar+gzip",
                digest = LayerDigest(size),
                size,
            }),
            subject = subject is null ? null : new
            {
                mediaType = MediaTypes.OciManifest,
                digest = subject.ToString(),
                size = 1,
            },
        });
    }

    /// <summary>Puts an artifact without layers, of a config that nobody reads.</summary>
    public Task<Manifest> PutArtifactAsync(string name, string? tag, string configType, string? artifactType = null, Digest? subject = null)
    {
        return PutAsync(name, tag, new
        {
            schemaVersion = 2,
            mediaType = MediaTypes.OciManifest,
            artifactType,
            config = new { mediaType = configType, digest = LayerDigest(2), size = 2 },
            layers = Array.Empty<object>(),
            subject = subject is null ? null : new { mediaType = MediaTypes.OciManifest, digest = subject.ToString(), size = 1 },
        });
    }

    public Task<Manifest> PutIndexAsync(string name, string? tag, params (Manifest Manifest, string Os, string Architecture)[] entries)
    {
        return PutAsync(name, tag, new
        {
            schemaVersion = 2,
            mediaType = MediaTypes.OciIndex,
            manifests = entries.Select(entry => new
            {
                mediaType = entry.Manifest.MediaType,
                digest = entry.Manifest.Digest.ToString(),
                size = entry.Manifest.Content.Length,
                platform = new { os = entry.Os, architecture = entry.Architecture },
            }),
        });
    }

    public async Task<Manifest> PutAsync(string name, string? tag, object content)
    {
        var manifest = Manifest.Parse(JsonSerializer.SerializeToUtf8Bytes(content, WithoutNulls), null);
        var repository = RepositoryName.Parse(name);
        await Registry.Manifests.PutAsync(repository, manifest, CancellationToken.None);
        if (tag is not null)
        {
            await Registry.Tags.SetAsync(repository, Tag.Parse(tag), manifest.Digest, CancellationToken.None);
        }

        return manifest;
    }

    public Task DeleteManifestAsync(string name, Digest digest)
    {
        return Registry.Manifests.DeleteAsync(RepositoryName.Parse(name), digest, CancellationToken.None);
    }

    public Task DeleteTagAsync(string name, string tag)
    {
        return Registry.Tags.DeleteAsync(RepositoryName.Parse(name), Tag.Parse(tag), CancellationToken.None);
    }

    public static string LayerDigest(long size) => Digest.Of(Encoding.ASCII.GetBytes($"layer {size}")).ToString();

    private static readonly JsonSerializerOptions WithoutNulls = new()
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };
}
