using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;
using Portal.Registry.Protocol;

namespace Portal.Registry.Auth.Tokens;

/// <summary>Tokens of servers elsewhere.</summary>
public static class TokenExtensions
{
    /// <summary>Adds <c>auth.token</c> or <c>auth.silly</c>, where one of them is asked for.</summary>
    public static void AddForeignTokens(this IServiceCollection services, AuthConfiguration auth)
    {
        if (auth.Token is { } token)
        {
            services.AddSingleton<IAccessController>(provider =>
            {
                var time = provider.GetRequiredService<TimeProvider>();
                var files = new TrustFiles(token.RootCertBundle, token.Jwks, time, provider.GetRequiredService<ILogger<TrustFiles>>());
                var algorithms = token.SigningAlgorithms is [] ? TokenKey.Algorithms : token.SigningAlgorithms;
                return new TokenController(
                    new TokenVerifier(new TokenRules(token.Issuer, token.Service, algorithms, HasClasses: true), () => files.Current, time),
                    token,
                    provider.GetRequiredService<RegistryLinks>(),
                    provider.GetRequiredService<ILogger<TokenController>>());
            });
        }
        else if (auth.Silly is { } silly)
        {
            services.AddSingleton<IAccessController>(new SillyController(silly));
        }
    }
}
