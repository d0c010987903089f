using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Portal.Registry.Configuration;
using Portal.Registry.Tls;
using StackExchange.Redis;

namespace Portal.Registry.Redis;

/// <summary>The <c>redis</c> section in the words of the client's library.</summary>
internal static class RedisClient
{
    private const string UseByServers = "1.3.6.1.5.5.7.3.1";
    private const string Library = "registry-portal";

    // Of a master that no Sentinel is asked for nothing is announced.
    private static readonly HashSet<string> Announcements = ["SUBSCRIBE", "UNSUBSCRIBE", "PSUBSCRIBE", "PUNSUBSCRIBE", "PUBLISH"];

    // It includes names, passwords and the version, and happens in the background: less than this only makes it fail.
    private static readonly TimeSpan LeastDialTimeout = TimeSpan.FromSeconds(1);

    public static ConfigurationOptions Options(RedisConfiguration redis)
    {
        var options = new ConfigurationOptions
        {
            ClientName = redis.ClientName,
            User = redis.UserName,
            Password = redis.Password?.Value,
            DefaultDatabase = redis.IsCluster ? 0 : redis.Database,
            Protocol = redis.Protocol == 2 ? RedisProtocol.Resp2 : RedisProtocol.Resp3,
            ConnectTimeout = Milliseconds(redis.DialTimeout > LeastDialTimeout ? redis.DialTimeout : LeastDialTimeout),
            ConnectRetry = Math.Max(1, redis.MaxRetries),
            ReconnectRetryPolicy = new ExponentialRetry(Milliseconds(redis.MinRetryBackoff), Milliseconds(redis.MaxRetryBackoff)),
            AsyncTimeout = Milliseconds(redis.WriteTimeout + redis.ReadTimeout),
            SetClientLibrary = !redis.IdentityDisabled,
            LibraryName = redis.IdentitySuffix is { } suffix ? $"{Library}-{suffix}" : Library,

            // Redis may come later, and while it is away nothing waits for it.
            AbortOnConnectFail = false,
            BacklogPolicy = BacklogPolicy.FailFast,

            // The library's own keys and channels are no business of a registry, and need rights of their own.
            TieBreaker = string.Empty,
            ConfigurationChannel = string.Empty,
            IncludeDetailInExceptions = false,
        };
        foreach (var server in redis.Addresses)
        {
            options.EndPoints.Add(server.Host, server.Port);
        }

        if (redis.MasterName is { } master)
        {
            options.ServiceName = master;

            // Unset, the library would show the Sentinels the password of the master.
            options.SentinelUser = redis.SentinelUserName ?? string.Empty;
            options.SentinelPassword = redis.SentinelPassword?.Value ?? string.Empty;
        }
        else
        {
            options.CommandMap = CommandMap.Create(Announcements, available: false);
        }

        if (redis.Tls.Enabled)
        {
            options.Ssl = true;
            var authorities = redis.Tls.Authorities.Count > 0 ? new Authorities(redis.Tls.Authorities) : null;
            options.SslClientAuthenticationOptions = host => Tls(host, redis.Tls.Files, authorities);
        }

        return options;
    }

    /// <summary>For one connection, so that a renewed certificate is shown from the next one on.</summary>
    private static SslClientAuthenticationOptions Tls(string host, CertificateFiles? files, Authorities? authorities)
    {
        var tls = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            ClientCertificateContext = files?.Load(),
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (authorities is not null)
        {
            tls.CertificateChainPolicy = authorities.Policy(UseByServers);
            tls.RemoteCertificateValidationCallback = (_, _, chain, errors) =>
                errors == SslPolicyErrors.None && chain is not null && authorities.VouchFor(chain);
        }

        return tls;
    }

    private static int Milliseconds(TimeSpan time) => Math.Max(1, (int)time.TotalMilliseconds);
}
