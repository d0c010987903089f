using System.Text;
using Microsoft.Extensions.Time.Testing;
using Portal.Registry;
using Portal.Storage.Blobs;
using Portal.Storage.Drivers;
using Portal.Storage.Drivers.InMemory;
using Portal.Storage.Layout;
using Portal.Storage.Maintenance;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Maintenance;

/// <summary>A storage to collect garbage in. All that is put is old at once, unless a test says otherwise.</summary>
internal sealed class GarbageWorld : IDisposable
{
    public static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    public GarbageWorld(IStorageDriver? driver = null)
    {
        Memory = driver as InMemoryDriver ?? new InMemoryDriver(Time);
        Driver = driver is null or InMemoryDriver ? new FragileDriver(Memory) : new FragileDriver(driver);
        Registry = new LocalRegistry(Driver, Time, new MemoryBlobSizes(1000));
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public InMemoryDriver Memory { get; }

    public FragileDriver Driver { get; }

    public LocalRegistry Registry { get; }

    public RepositoryLocks Locks { get; } = new();

    public void Dispose()
    {
        Registry.Dispose();
        Locks.Dispose();
    }

    /// <summary>Lets the grace of everything that is there pass.</summary>
    public void Age() => Time.Advance(Grace + TimeSpan.FromMinutes(1));

    public async Task<Digest> PutBlobAsync(string name, string text, DigestAlgorithm algorithm = DigestAlgorithm.Sha256)
    {
        var content = Encoding.UTF8.GetBytes(text);
        var digest = Digest.Of(content, algorithm);
        await Registry.Blobs.PutAsync(RepositoryName.Parse(name), digest, content, CancellationToken.None);
        return digest;
    }

    /// <summary>Puts an image whose layers hold the given texts.</summary>
    public async Task<Manifest> PutImageAsync(string name, string? tag, string[] layers, Digest? subject = null)
    {
        var config = await PutBlobAsync(name, $"config of {string.Join(' ', layers)}");
        var content = new List<(Digest, int)>();
        foreach (var layer in layers)
        {
            content.Add((await PutBlobAsync(name, layer), layer.Length));
        }

        return await PutManifestAsync(name, tag, ImageBuilder.Manifest((config, 10), [.. content], subject?.ToString()));
    }

    public Task<Manifest> PutIndexAsync(string name, string? tag, params Digest[] manifests) =>
        PutManifestAsync(name, tag, ImageBuilder.Index([.. manifests.Select((digest, i) => (digest, $"arch{i}"))]));

    public async Task<Manifest> PutManifestAsync(string name, string? tag, byte[] content, DigestAlgorithm algorithm = DigestAlgorithm.Sha256)
    {
        var manifest = Manifest.Parse(content, null, algorithm);
        var repository = RepositoryName.Parse(name);
        await Registry.Manifests.PutAsync(repository, manifest, CancellationToken.None);
        if (manifest.Subject is { } subject)
        {
            await Registry.Referrers.AddAsync(repository, subject.Digest, manifest.Digest, CancellationToken.None);
        }

        if (tag is not null)
        {
            await Registry.Tags.SetAsync(repository, Tag.Parse(tag), manifest.Digest, CancellationToken.None);
        }

        return manifest;
    }

    /// <summary>Collects to the end.</summary>
    /// <param name="meanwhile">Called after each step.</param>
    public async Task<List<GarbageStep>> CollectAsync(bool isDryRun = false, bool removesUntagged = false, Func<GarbageStep, Task>? meanwhile = null)
    {
        var steps = new List<GarbageStep>();
        var options = new GarbageOptions(isDryRun, removesUntagged, Time.GetUtcNow() - Grace);
        using var collection = Registry.Blobs.Links.TryBegin(Grace)!;
        await foreach (var step in new GarbageCollector(Driver, Registry, Locks.EnterAsync).CollectAsync(collection, options, CancellationToken.None))
        {
            steps.Add(step);
            await (meanwhile?.Invoke(step) ?? Task.CompletedTask);
        }

        return steps;
    }

    /// <summary>The blobs that a collection removed.</summary>
    public static List<Digest> Removed(List<GarbageStep> steps) =>
        [.. steps.Where(step => step.Kind is GarbageStepKind.BlobRemoved).Select(step => step.Digest)];

    public async Task<bool> HasManifestAsync(string name, Manifest manifest) =>
        await Registry.Manifests.ExistsAsync(RepositoryName.Parse(name), manifest.Digest, CancellationToken.None);

    public async Task<bool> HasBlobAsync(string name, Digest digest) =>
        await Registry.Blobs.StatAsync(RepositoryName.Parse(name), digest, CancellationToken.None) is not null;

    public async Task<bool> HasDataAsync(Digest digest) =>
        await Driver.StatAsync(RegistryPaths.BlobData(digest), CancellationToken.None) is not null;

    /// <summary>Asserts that a manifest can be pulled whole, with the manifests that it lists.</summary>
    public async Task AssertWholeAsync(string name, Digest digest)
    {
        var repository = RepositoryName.Parse(name);
        var manifest = await Registry.Manifests.GetAsync(repository, digest, CancellationToken.None);
        Assert.True(manifest is not null, $"{name}@{digest} is gone");
        foreach (var reference in manifest.Contents)
        {
            if (manifest.Index is not null)
            {
                await AssertWholeAsync(name, reference.Digest);
                continue;
            }

            Assert.True(await HasBlobAsync(name, reference.Digest), $"{name}@{digest} lacks {reference.Digest}");
            await using var content = await Registry.Blobs.OpenAsync(reference.Digest, 0, CancellationToken.None);
            Assert.True(content is not null, $"{name}@{digest} lacks the bytes of {reference.Digest}");
        }
    }

    /// <summary>Every file with its size, to see whether anything changed.</summary>
    public async Task<List<string>> FilesAsync(string folder = "/docker")
    {
        var files = new List<string>();
        await foreach (var child in Driver.ListAsync(StoragePath.Parse(folder), null, int.MaxValue, CancellationToken.None))
        {
            files.AddRange(child.IsFolder ? await FilesAsync($"{folder}/{child.Name}") : [$"{folder}/{child.Name}"]);
        }

        return files;
    }
}

/// <summary>A driver that fails from some deletion on, as after a crash nothing more is done; or of which a part cannot be read.</summary>
internal sealed class FragileDriver(IStorageDriver inner) : IStorageDriver
{
    /// <summary>Deletions that are still done; null for all.</summary>
    public int? Deletions { get; set; }

    /// <summary>How often the children of a folder among the repositories were asked for.</summary>
    public int Lists { get; set; }

    /// <summary>A folder that the disk gives no more of; null for none.</summary>
    public string? Broken { get; set; }

    /// <summary>A folder that is gone as soon as its parent told of it; null for none.</summary>
    public string? Vanished { get; set; }

    /// <summary>A file that is listed, and not there yet as often as <see cref="LateFor"/> says; null for none.</summary>
    public StoragePath? Late { get; set; }

    public int LateFor { get; set; }

    /// <summary>When each folder changed last, as of a clock that ticks seldom; null for what the driver says.</summary>
    public DateTimeOffset? Tick { get; set; }

    public ValueTask<bool> DeleteAsync(StoragePath path, CancellationToken cancellationToken) =>
        Deletions-- is <= 0 ? throw new IOException("the power is gone") : inner.DeleteAsync(path, cancellationToken);

    public ValueTask<Stream?> OpenReadAsync(StoragePath path, long offset, CancellationToken cancellationToken) => inner.OpenReadAsync(path, offset, cancellationToken);

    public ValueTask<StorageEntry?> StatAsync(StoragePath path, CancellationToken cancellationToken) =>
        Fails(path) ? throw new IOException("Input/output error") : IsGone(path) ? new((StorageEntry?)null) : LookAsync(path, cancellationToken);

    public ValueTask<byte[]?> ReadAsync(StoragePath path, int maxSize, CancellationToken cancellationToken) =>
        Fails(path) ? throw new IOException("Input/output error") : IsGone(path) ? new((byte[]?)null) : inner.ReadAsync(path, maxSize, cancellationToken);

    public ValueTask PutAsync(StoragePath path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => inner.PutAsync(path, content, cancellationToken);

    public ValueTask<IStorageWriter> OpenWriteAsync(StoragePath path, bool append, CancellationToken cancellationToken) => inner.OpenWriteAsync(path, append, cancellationToken);

    public ValueTask MoveAsync(StoragePath from, StoragePath to, CancellationToken cancellationToken) => inner.MoveAsync(from, to, cancellationToken);

    public IAsyncEnumerable<StorageChild> ListAsync(StoragePath folder, string? after, int limit, CancellationToken cancellationToken)
    {
        Lists += IsBelow(folder, RegistryPaths.Repositories.ToString()) ? 1 : 0;
        return Fails(folder) ? Failing()
            : IsGone(folder) ? AsyncEnumerable.Empty<StorageChild>()
            : inner.ListAsync(folder, after, limit, cancellationToken);
    }

    public ValueTask<IDisposable?> TryLockAsync(StoragePath path, CancellationToken cancellationToken) => inner.TryLockAsync(path, cancellationToken);

    private static async IAsyncEnumerable<StorageChild> Failing()
    {
        await Task.FromException(new IOException("Input/output error"));
        yield break;
    }

    private async ValueTask<StorageEntry?> LookAsync(StoragePath path, CancellationToken cancellationToken) =>
        await inner.StatAsync(path, cancellationToken) is { } entry
            ? entry.IsFolder && Tick is { } tick ? entry with { Modified = tick } : entry
            : null;

    private bool Fails(StoragePath path) => IsBelow(path, Broken);

    private bool IsGone(StoragePath path) => IsBelow(path, Vanished) || (path == Late && LateFor-- > 0);

    private static bool IsBelow(StoragePath path, string? folder) => folder is not null && $"{path}/".StartsWith($"{folder}/", StringComparison.Ordinal);
}
