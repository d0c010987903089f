using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;
using Portal.Storage.Blobs;

namespace Portal.Registry.Redis;

/// <summary>Makes what is kept at Redis. The client's library is loaded by nobody but who calls this.</summary>
internal static class RedisSizes
{
    /// <summary>Sizes of blobs are remembered at Redis.</summary>
    public static IBlobSizes Create(RedisConfiguration redis, TimeProvider time, ILoggerFactory logs) => new RedisBlobSizes(
        RedisClient.Options(redis),
        new RedisPace(redis.WriteTimeout + redis.ReadTimeout, redis.MinRetryBackoff, redis.MaxRetryBackoff),
        redis.ReadOnly || redis.RouteRandomly,
        time,
        logs.CreateLogger<RedisBlobSizes>());
}
