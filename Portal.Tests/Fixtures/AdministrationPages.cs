using System.Security.Cryptography;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Registry.Health;
using Portal.Storage.Accounts;
using Portal.Tests.Components;
using Portal.Web.Components;
using Portal.Web.Hosting;

namespace Portal.Tests.Fixtures;

/// <summary>Pages of users, permissions and audit, over an <c>htpasswd</c> file with ada and bob; ada looks at them.</summary>
public sealed class AdministrationPages : IAsyncDisposable
{
    private readonly TempFolder _folder = new();

    private AdministrationPages()
    {
    }

    public PortalPages Pages { get; private set; } = null!;

    public AccountsWorld World { get; private set; } = null!;

    public string HtpasswdPath => _folder.Combine("htpasswd");

    public static Task<AdministrationPages> CreateAsync(string? visitor = "ada", string htpasswd = "", params AccessRule[] rules) =>
        CreateAsync(configure: null, visitor, htpasswd, rules);

    /// <param name="configure">Adds what else a page needs.</param>
    public static async Task<AdministrationPages> CreateAsync(
        Action<IServiceCollection>? configure, string? visitor = "ada", string htpasswd = "", params AccessRule[] rules)
    {
        var created = new AdministrationPages();
        await File.WriteAllTextAsync(created.HtpasswdPath, PasswordFile.Line("ada", "ada's password") + PasswordFile.Line("bob", "bob's password") + htpasswd);
        var world = created.World = new AccountsWorld(created.HtpasswdPath, new AdminConfiguration("root", new Secret("root's password")));
        await world.SetRulesAsync([new AccessRule(SubjectKind.User, "ada", Role.Admin, RepositoryPattern.All), .. rules]);
        created.Pages = await PortalPages.CreateAsync(configure: services =>
        {
            services.AddSingleton(world);
            services.AddSingleton(world.Accounts);
            services.AddSingleton(world.Administration);
            services.AddSingleton(world.OwnPassword);
            services.AddSingleton(world.Table);
            services.AddSingleton(world.Tokens);
            services.AddSingleton(world.Audit);
            services.AddSingleton(new AuditLog(world.AuditStore, world.Permissions));
            services.AddHistory(created._folder.Combine("history.db"), new SemaphoreSlim(1, 1));
            services.AddHealth();
            configure?.Invoke(services);
        });
        if (visitor is not null)
        {
            // Not by a sign-in, which would be in the audit trail.
            var now = world.Time.GetUtcNow();
            await world.Accounts.ChangeAsync(
                async store =>
                {
                    await store.SaveAccountAsync(
                        new Account { Name = visitor, Source = world.Users.FindSource(visitor) ?? AccountSource.Htpasswd, CreatedAt = now }, CancellationToken.None);
                    await store.AddSessionAsync(
                        new Session { User = visitor, Hash = RandomNumberGenerator.GetBytes(32), CreatedAt = now, LastSeen = now }, CancellationToken.None);
                },
                CancellationToken.None);
            created.Pages.Services.GetRequiredService<Visitor>().SessionId = world.Accounts.Current.SessionsOf(visitor).Single().Id;
        }

        return created;
    }

    /// <summary>Renders a page; its address is the one that was navigated to.</summary>
    public IRenderedComponent<TPage> Render<TPage>()
        where TPage : Microsoft.AspNetCore.Components.IComponent => Pages.Render<TPage>();

    public async ValueTask DisposeAsync()
    {
        await Pages.DisposeAsync();
        World.Dispose();
        _folder.Dispose();
    }
}
