using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;
using Portal.Registry.Protocol;

namespace Portal.Registry.Auth.TokenServer;

/// <summary>The portal's own token server.</summary>
public static class TokenServerExtensions
{
    /// <summary>Adds it where <c>portal.tokenserver</c> asks for it, in the place of the way to sign in that was added before.</summary>
    /// <param name="keys">The file of its keys.</param>
    public static void AddTokenServer(this IServiceCollection services, RegistryConfiguration configuration, string keys)
    {
        if (configuration is not { Portal.TokenServer: { } server, Auth.Htpasswd: { } htpasswd })
        {
            return;
        }

        services.AddSingleton(provider => new TokenKeyFile(
            keys, server.KeyRotation, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<TokenKeyFile>>()));
        services.AddSingleton(server);
        services.AddSingleton<TokenIssuer>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<TokenEndpoint>(provider, htpasswd.Realm));
        services.AddSingleton<IAccessController>(provider => new OwnTokenController(
            provider.GetRequiredService<TokenIssuer>(),
            provider.GetRequiredService<BasicController>(),
            provider.GetRequiredService<RegistryLinks>(),
            server.Service,
            provider.GetRequiredService<LiveConfiguration>(),
            provider.GetRequiredService<ILogger<OwnTokenController>>()));
    }
}
