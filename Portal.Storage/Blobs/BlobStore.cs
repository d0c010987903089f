using Portal.Storage.Drivers;
using Portal.Storage.Layout;
using Portal.Storage.Measuring;
using Portal.Storage.Oci;

namespace Portal.Storage.Blobs;

/// <summary>The blobs: bytes once for all, linked into each repository that may serve them.</summary>
/// <param name="sizes">Remembers what the storage said; null asks it each time.</param>
public sealed class BlobStore(IStorageDriver driver, IBlobSizes? sizes, TimeProvider time)
{
    // A link that a push or a mount comes upon again is written anew when it is older: so its age says when somebody last
    // counted on it, and a garbage collection leaves it alone for as long as one that is new.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    /// <summary>Where links are made while a garbage collection may run.</summary>
    public LinkGate Links { get; } = new(time);

    /// <summary>How often the size of a blob was remembered; nothing is counted where none is.</summary>
    public HitCount SizeLookups { get; } = new();

    /// <returns>Bytes of the blob; null when the repository does not have it.</returns>
    public async ValueTask<long?> StatAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken)
    {
        // Before anybody looks: a collection that would remove it after that is kept from it.
        Links.Tell(digest);
        if (sizes is not null)
        {
            var known = await sizes.GetAsync(name, digest, cancellationToken);
            SizeLookups.Add(isHit: known is not null);
            if (known is not null)
            {
                return known;
            }
        }

        if (!await IsLinkedAsync(name, digest, cancellationToken)
            || await StatDataAsync(digest, cancellationToken) is not { } size)
        {
            return null;
        }

        return await RememberAsync(name, digest, size) ? size : null;
    }

    /// <param name="offset">Where to begin, in bytes.</param>
    /// <returns>Null when the bytes are not there. Whether the repository may serve them is <see cref="StatAsync"/>'s to say.</returns>
    public ValueTask<Stream?> OpenAsync(Digest digest, long offset, CancellationToken cancellationToken)
    {
        return driver.OpenReadAsync(RegistryPaths.BlobData(digest), offset, cancellationToken);
    }

    /// <summary>A small blob whole, say an image config.</summary>
    /// <param name="maxSize">A larger blob is not read.</param>
    /// <returns>Null when the repository does not have it, or it is larger.</returns>
    public async Task<byte[]?> ReadAsync(RepositoryName name, Digest digest, int maxSize, CancellationToken cancellationToken)
    {
        return await StatAsync(name, digest, cancellationToken) is { } size && size <= maxSize
            ? await driver.ReadAsync(RegistryPaths.BlobData(digest), maxSize, cancellationToken)
            : null;
    }

    /// <summary>The same contents with the sizes that they have here, for a manifest that does not tell them.</summary>
    public async Task<IReadOnlyList<Descriptor>> MeasureAsync(
        RepositoryName name, IEnumerable<Descriptor> contents, CancellationToken cancellationToken)
    {
        var measured = new List<Descriptor>();
        foreach (var content in contents)
        {
            measured.Add(content with { Size = await StatAsync(name, content.Digest, cancellationToken) ?? 0 });
        }

        return measured;
    }

    /// <summary>Gives a repository a small blob of ours, unless it has it.</summary>
    public async Task PutAsync(RepositoryName name, Digest digest, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        using var passage = await Links.EnterAsync(digest, cancellationToken);
        if (await StatDataAsync(digest, cancellationToken) != content.Length)
        {
            await driver.PutAsync(RegistryPaths.BlobData(digest), content, cancellationToken);
        }

        await LinkAsync(name, digest, cancellationToken);
    }

    /// <summary>Lets <paramref name="to"/> serve a blob that <paramref name="from"/> has.</summary>
    /// <returns>The blob's size; null when <paramref name="from"/> does not have it.</returns>
    public async Task<long?> MountAsync(
        RepositoryName from, RepositoryName to, Digest digest, CancellationToken cancellationToken)
    {
        if (await StatAsync(from, digest, cancellationToken) is not { } size)
        {
            return null;
        }

        // Again, now that it cannot go any more: the source's link may have been its last one.
        using var passage = await Links.EnterAsync(digest, cancellationToken);
        if (await StatDataAsync(digest, cancellationToken) is null)
        {
            return null;
        }

        await LinkAsync(to, digest, cancellationToken);
        return size;
    }

    /// <summary>Removes the repository's link. The bytes stay until garbage collection.</summary>
    /// <returns>False when the repository does not have it.</returns>
    public async Task<bool> DeleteAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken)
    {
        if (await driver.ReadLinkAsync(RegistryPaths.LayerLink(name, digest), cancellationToken) is null)
        {
            return false;
        }

        // Before, so that a crash in between leaves nothing that outlives it; after, for who asked in between.
        await ForgetAsync(name, digest);
        try
        {
            await driver.DeleteAsync(RegistryPaths.Layer(name, digest), cancellationToken);
        }
        finally
        {
            await ForgetAsync(name, digest);
        }

        return true;
    }

    /// <returns>Bytes of the content, linked anywhere or not; null when it is not there.</returns>
    internal async ValueTask<long?> StatDataAsync(Digest digest, CancellationToken cancellationToken)
    {
        return await driver.StatAsync(RegistryPaths.BlobData(digest), cancellationToken) is { IsFolder: false } entry
            ? entry.Size
            : null;
    }

    /// <summary>Links what is there. The caller has entered <see cref="Links"/>.</summary>
    internal async Task LinkAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken)
    {
        var path = RegistryPaths.LayerLink(name, digest);
        if (await driver.ReadLinkAsync(path, cancellationToken) != digest
            || await driver.StatLinkAsync(path, cancellationToken) is not { } since
            || time.GetUtcNow() - since > Fresh)
        {
            await driver.WriteLinkAsync(path, digest, cancellationToken);
        }
    }

    /// <returns>False when the link went meanwhile.</returns>
    private async ValueTask<bool> RememberAsync(RepositoryName name, Digest digest, long size)
    {
        if (sizes is null)
        {
            return true;
        }

        // A delete since the first look may have forgotten it too early. This look comes after what was remembered, and the
        // end of the request must not keep it from coming.
        await sizes.SetAsync(name, digest, size);
        var isLinked = false;
        try
        {
            isLinked = await IsLinkedAsync(name, digest, CancellationToken.None);
        }
        finally
        {
            if (!isLinked)
            {
                await ForgetAsync(name, digest);
            }
        }

        return isLinked;
    }

    private ValueTask ForgetAsync(RepositoryName name, Digest digest)
    {
        return sizes?.RemoveAsync(name, digest) ?? ValueTask.CompletedTask;
    }

    private async ValueTask<bool> IsLinkedAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken)
    {
        return await driver.StatLinkAsync(RegistryPaths.LayerLink(name, digest), cancellationToken) is not null;
    }
}
