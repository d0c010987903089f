using Microsoft.Extensions.DependencyInjection;
using Portal.Registry.Configuration;

namespace Portal.Registry.Auth;

/// <summary>Administration of users, permissions and tokens, and what the audit trail hears of.</summary>
public static class AdministrationExtensions
{
    /// <summary>Adds it; nothing of it works before somebody asks.</summary>
    public static void AddUserAdministration(this IServiceCollection services, AuthConfiguration auth)
    {
        if (auth.Htpasswd is not null)
        {
            services.AddSingleton<HtpasswdEditor>();
        }

        services.AddSingleton(provider => new UserAdministration(
            provider.GetRequiredService<Accounts>(),
            provider.GetRequiredService<UserDirectory>(),
            provider.GetRequiredService<Permissions>(),
            provider.GetRequiredService<AccountActivity>(),
            provider.GetRequiredService<AuditTrail>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<HtpasswdEditor>()));
        services.AddSingleton<OwnPassword>();
        services.AddSingleton<PermissionTable>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<TokenUses>();
        services.AddSingleton<AuditLog>();
        services.AddHostedService<DeletionAudit>();
    }
}
