using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;

namespace Portal.Tests.Fixtures;

/// <summary>Users, permissions and passwords over files in a folder of their own.</summary>
public sealed class AccountsWorld : IDbContextFactory<AccountsDbContext>, IDisposable
{
    private readonly TempFolder _folder = new();

    /// <param name="htpasswd">The file's path; null for none.</param>
    public AccountsWorld(string? htpasswd = null, AdminConfiguration? admin = null, TimeProvider? time = null, ILogger<HtpasswdFile>? log = null)
    {
        Time = time ?? TimeProvider.System;
        Live = new LiveConfiguration(new RegistryConfiguration { Portal = new PortalConfiguration { Admin = admin } });
        Store = new AccountStore(this, new AccountsDatabase(this));
        Accounts = new Accounts(Store, Live);
        Permissions = new Permissions(Accounts);
        Users = new UserDirectory(htpasswd is null ? null : new HtpasswdFile(htpasswd, Time, log ?? NullLogger<HtpasswdFile>.Instance), Accounts, Live);
        Throttle = new SignInThrottle(Time);
        Passwords = new PasswordVerifier(Users, Throttle);
        Activity = new AccountActivity(Accounts, Users, Time, NullLogger<AccountActivity>.Instance);
        Audit = new AuditTrail(new AuditStore(Store), Time, NullLogger<AuditTrail>.Instance);
        Sessions = new Sessions(Accounts, Users, Activity, Audit, Live, Time, NullLogger<Sessions>.Instance);
        SignIn = new UserSignIn(Passwords, Accounts, Activity, Time);
    }

    public TimeProvider Time { get; }

    public LiveConfiguration Live { get; }

    public AccountStore Store { get; }

    public Accounts Accounts { get; }

    public Permissions Permissions { get; }

    public UserDirectory Users { get; }

    public SignInThrottle Throttle { get; }

    public PasswordVerifier Passwords { get; }

    public AccountActivity Activity { get; }

    public AuditTrail Audit { get; }

    public Sessions Sessions { get; }

    public UserSignIn SignIn { get; }

    /// <summary>Writes the whole table of permissions.</summary>
    public Task SetRulesAsync(params AccessRule[] rules)
    {
        return Accounts.ChangeAsync(store => store.ReplaceRulesAsync(rules, CancellationToken.None), CancellationToken.None);
    }

    /// <returns>Whom a name and a password prove; null for nobody.</returns>
    public async Task<Identity?> SignInAsync(string name, string password, string address = "192.0.2.1")
    {
        return await SignIn.SignInAsync(name, password, IPAddress.Parse(address));
    }

    public AccountsDbContext CreateDbContext()
    {
        var options = new DbContextOptionsBuilder<AccountsDbContext>();
        AccountsDatabase.Configure(options, Path.Combine(_folder.Path, "accounts.db"));
        return new AccountsDbContext(options.Options);
    }

    public void Dispose()
    {
        Activity.Dispose();
        Sessions.Dispose();
        Audit.Dispose();
        Passwords.Dispose();
        Accounts.Dispose();
        Store.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }
}
