using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;
using Portal.Storage.Blobs;

namespace Portal.Registry.Redis;

/// <summary>Registers what is kept at Redis. The client's library is loaded by nobody but who calls this.</summary>
internal static class RedisExtensions
{
    /// <summary>Sizes of blobs are remembered at Redis.</summary>
    public static void AddRedisBlobSizes(this IServiceCollection services, RedisConfiguration redis)
    {
        services.AddSingleton<IBlobSizes>(provider => new RedisBlobSizes(
            RedisClient.Options(redis),
            new RedisPace(redis.WriteTimeout + redis.ReadTimeout, redis.MinRetryBackoff, redis.MaxRetryBackoff),
            redis.ReadOnly || redis.RouteRandomly,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RedisBlobSizes>>()));
    }
}
