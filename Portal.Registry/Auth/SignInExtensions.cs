using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;

namespace Portal.Registry.Auth;

/// <summary>Who may come in, and what they may do then.</summary>
public static class SignInExtensions
{
    /// <summary>Adds what the <c>auth</c> section asks for. The host adds the store of the accounts.</summary>
    public static void AddSignIn(this IServiceCollection services, RegistryConfiguration configuration)
    {
        services.AddSingleton<Accounts>();
        services.AddSingleton<Permissions>();
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton(provider => new UserDirectory(
            provider.GetService<HtpasswdFile>(), provider.GetRequiredService<Accounts>(), provider.GetRequiredService<LiveConfiguration>()));
        services.AddSingleton<PasswordVerifier>();
        services.AddSingleton<UserSignIn>();
        services.AddSingleton<AccountActivity>();
        services.AddHostedService(provider => provider.GetRequiredService<AccountActivity>());
        services.AddSingleton<Sessions>();
        services.AddHostedService(provider => provider.GetRequiredService<Sessions>());
        services.AddSingleton<FirstAdministrator>();
        services.AddSingleton<AuditTrail>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditTrail>());
        if (configuration.Auth.Htpasswd is { } htpasswd)
        {
            services.AddSingleton(provider => new HtpasswdFile(
                htpasswd.Path, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<HtpasswdFile>>()));
            services.AddSingleton(provider => new BasicController(
                provider.GetRequiredService<UserSignIn>(),
                provider.GetRequiredService<UserDirectory>(),
                provider.GetRequiredService<AuditTrail>(),
                htpasswd.Realm,
                provider.GetRequiredService<LiveConfiguration>()));
            services.AddSingleton<IAccessController>(provider => provider.GetRequiredService<BasicController>());
        }
        else if (configuration.Http.Tls?.NamesClients is true && configuration.Auth.IsNone)
        {
            services.AddSingleton<IAccessController, CertificateController>();
        }
    }
}
