using Microsoft.Extensions.Time.Testing;
using Portal.Storage.Blobs;
using Portal.Storage.Drivers.InMemory;
using Portal.Storage.Oci;

namespace Portal.Tests.Unit.Blobs;

public sealed class BlobStoreTests
{
    private static readonly RepositoryName Name = RepositoryName.Parse("team/app");
    private static readonly byte[] Content = "content"u8.ToArray();
    private static readonly Digest Blob = Digest.Of(Content);

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stat_OfWhatIsDeletedMeanwhile_RemembersNothing()
    {
        var sizes = new InterruptedSizes();
        var blobs = new BlobStore(new InMemoryDriver(new FakeTimeProvider()), sizes, new FakeTimeProvider());
        await blobs.PutAsync(Name, Blob, Content, _cancellation);

        // Between the look into the storage and the moment when its answer is remembered.
        sizes.BeforeSet = () => blobs.DeleteAsync(Name, Blob, _cancellation);

        Assert.Null(await blobs.StatAsync(Name, Blob, _cancellation));
        Assert.Null(await sizes.GetAsync(Name, Blob, _cancellation));
    }

    [Fact]
    public async Task Delete_ForgetsTheBlob_ForTheOneRepository()
    {
        var other = RepositoryName.Parse("other");
        var sizes = new MemoryBlobSizes(10);
        var blobs = new BlobStore(new InMemoryDriver(new FakeTimeProvider()), sizes, new FakeTimeProvider());
        await blobs.PutAsync(Name, Blob, Content, _cancellation);
        await blobs.MountAsync(Name, other, Blob, _cancellation);
        Assert.Equal(Content.Length, await blobs.StatAsync(other, Blob, _cancellation));

        await blobs.DeleteAsync(Name, Blob, _cancellation);

        Assert.Null(await sizes.GetAsync(Name, Blob, _cancellation));
        Assert.Equal(Content.Length, await sizes.GetAsync(other, Blob, _cancellation));
    }

    private sealed class InterruptedSizes : IBlobSizes
    {
        private readonly MemoryBlobSizes _sizes = new(10);

        public Func<Task>? BeforeSet { get; set; }

        public ValueTask<long?> GetAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken) =>
            _sizes.GetAsync(name, digest, cancellationToken);

        public async ValueTask SetAsync(RepositoryName name, Digest digest, long size)
        {
            await (BeforeSet?.Invoke() ?? Task.CompletedTask);
            await _sizes.SetAsync(name, digest, size);
        }

        public ValueTask RemoveAsync(RepositoryName name, Digest digest) => _sizes.RemoveAsync(name, digest);
    }
}
