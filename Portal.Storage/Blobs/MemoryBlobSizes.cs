using Portal.Storage.Oci;

namespace Portal.Storage.Blobs;

/// <summary>Remembers in the memory of the process; other processes over the same storage do not see what is forgotten here.</summary>
/// <param name="entries">How many blobs to remember.</param>
public sealed class MemoryBlobSizes(int entries) : IBlobSizes
{
    private readonly BoundedCache<(RepositoryName, Digest), long> _sizes = new(entries, _ => 1);

    public ValueTask<long?> GetAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken)
    {
        return ValueTask.FromResult<long?>(_sizes.TryGet((name, digest), out var size) ? size : null);
    }

    public ValueTask SetAsync(RepositoryName name, Digest digest, long size)
    {
        _sizes.Set((name, digest), size);
        return ValueTask.CompletedTask;
    }

    public ValueTask RemoveAsync(RepositoryName name, Digest digest)
    {
        _sizes.Remove((name, digest));
        return ValueTask.CompletedTask;
    }
}
