using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;
using Portal.Storage.Blobs;

namespace Portal.Registry.Redis;

/// <summary>What is kept at Redis. The client's library is loaded by nobody but who comes here.</summary>
internal static class RedisMemory
{
    /// <summary>Sizes of blobs.</summary>
    public static IBlobSizes OfSizes(RedisConfiguration redis, TimeProvider time, ILogger logger) => new RedisBlobSizes(
        RedisClient.Options(redis),
        new RedisPace(redis.WriteTimeout + redis.ReadTimeout, redis.MinRetryBackoff, redis.MaxRetryBackoff),
        redis.ReadOnly || redis.RouteRandomly,
        time,
        logger);
}
