using Microsoft.Extensions.Logging;
using Portal.Storage.Blobs;
using Portal.Storage.Oci;
using StackExchange.Redis;

namespace Portal.Registry.Redis;

/// <summary>
/// Remembers at a Redis server, for every process over the same storage: each is told what another forgot, since none
/// keeps a copy. The keys are upstream's, so that a <c>registry:2</c> may share them:
/// <code>
/// repository::NAME::blobs           set    the digests that NAME has
/// repository::NAME::blobs::DIGEST   hash   mediatype, as NAME serves it
/// blobs::DIGEST                     hash   digest, size, mediatype
/// </code>
/// Each command is about one key, as a cluster wants it. While Redis is away, every question goes to the storage.
/// </summary>
/// <remarks>
/// Upstream, when it deletes a blob, clears <c>blobs::DIGEST</c> alone: until another repository brings that back, the blob
/// is forgotten here too. Here the repository's own entries go as well.
/// </remarks>
public sealed class RedisBlobSizes : IBlobSizes, IAsyncDisposable
{
    private static readonly RedisValue[] BlobFields = ["digest", "size", "mediatype"];

    private readonly RedisLink _link;
    private readonly CommandFlags _reads;

    /// <summary>Begins to connect, and waits for nothing.</summary>
    /// <param name="options">How to connect.</param>
    /// <param name="pace">How long a request waits, and how often it is tried again.</param>
    /// <param name="readsReplicas">Ask replicas, where there are any.</param>
    public RedisBlobSizes(
        ConfigurationOptions options, RedisPace pace, bool readsReplicas, TimeProvider time, ILogger logger)
    {
        _reads = readsReplicas ? CommandFlags.PreferReplica : CommandFlags.None;
        _link = new RedisLink(options, pace, time, logger);
    }

    public long Failures => _link.Failures;

    public async ValueTask<long?> GetAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken)
    {
        return await _link.AskAsync(
            async redis =>
            {
                var text = digest.ToString();
                var isMember = redis.SetContainsAsync(RedisLink.BlobsOf(name), text, _reads);
                var blob = redis.HashGetAsync(BlobKey(text), BlobFields[..2], _reads);
                await Task.WhenAll(isMember, blob);
                return await isMember ? SizeIn(await blob) : null;
            },
            cancellationToken);
    }

    public async ValueTask SetAsync(RepositoryName name, Digest digest, long size)
    {
        await _link.AskAsync(
            async redis =>
            {
                var text = digest.ToString();
                await Task.WhenAll(
                    redis.HashSetAsync(BlobKey(text), [new("digest", text), new("size", size)]),
                    redis.HashSetAsync(BlobKey(text), "mediatype", MediaTypes.OctetStream, When.NotExists),
                    redis.HashSetAsync(BlobKey(name, text), "mediatype", MediaTypes.OctetStream, When.NotExists),
                    redis.SetAddAsync(RedisLink.BlobsOf(name), text));
                return true;
            },
            CancellationToken.None);
    }

    public ValueTask RemoveAsync(RepositoryName name, Digest digest)
    {
        var text = digest.ToString();
        return _link.RemoveAsync(name, redis => Task.WhenAll(
            redis.SetRemoveAsync(RedisLink.BlobsOf(name), text),
            redis.KeyDeleteAsync(BlobKey(name, text)),
            redis.HashDeleteAsync(BlobKey(text), BlobFields)));
    }

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    /// <summary>Without its digest the entry is one that upstream has cleared.</summary>
    private static long? SizeIn(RedisValue[] fields) =>
        !fields[0].IsNull && fields[1].TryParse(out long size) && size >= 0 ? size : null;

    private static RedisKey BlobKey(string digest) => $"blobs::{digest}";

    private static RedisKey BlobKey(RepositoryName name, string digest) => $"repository::{name}::blobs::{digest}";
}
