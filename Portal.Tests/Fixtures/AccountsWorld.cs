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
        Store = new AccountStore(this, new AccountsDatabase(this, new SemaphoreSlim(1, 1)));
        Accounts = new Accounts(Store, Live);
        Permissions = new Permissions(Accounts);
        File = htpasswd is null ? null : new HtpasswdFile(htpasswd, Time, log ?? NullLogger<HtpasswdFile>.Instance);
        Users = new UserDirectory(File, Accounts, Live);
        Throttle = new SignInThrottle(Time);
        Passwords = new PasswordVerifier(Users, Throttle);
        Activity = new AccountActivity(Accounts, Users, Time, NullLogger<AccountActivity>.Instance);
        AuditStore = new AuditStore(Store);
        Audit = new AuditTrail(AuditStore, Time, NullLogger<AuditTrail>.Instance);
        Sessions = new Sessions(Accounts, Users, Activity, Audit, Live, Time, NullLogger<Sessions>.Instance);
        SignIn = new UserSignIn(Passwords, Accounts, Users, Activity, new TokenUses(Audit, Time), Time);
        Administration = new UserAdministration(Accounts, Users, Permissions, Activity, Audit, Time, File is null ? null : new HtpasswdEditor(File));
        OwnPassword = new OwnPassword(Administration, Users, Passwords, Audit);
        Table = new PermissionTable(Accounts, Permissions, Audit);
        Tokens = new AccessTokens(Accounts, Users, Permissions, Activity, Audit, Time);
    }

    /// <summary>Where the database is.</summary>
    public string Folder => _folder.Path;

    public TimeProvider Time { get; }

    public LiveConfiguration Live { get; }

    public AccountStore Store { get; }

    public Accounts Accounts { get; }

    public Permissions Permissions { get; }

    public UserDirectory Users { get; }

    public SignInThrottle Throttle { get; }

    public PasswordVerifier Passwords { get; }

    public AccountActivity Activity { get; }

    public Sessions Sessions { get; }

    public UserSignIn SignIn { get; }

    /// <summary>Null without an <c>htpasswd</c> file.</summary>
    public HtpasswdFile? File { get; }

    public AuditStore AuditStore { get; }

    /// <summary>It writes nothing before <see cref="AuditedAsync"/>.</summary>
    public AuditTrail Audit { get; }

    public UserAdministration Administration { get; }

    public OwnPassword OwnPassword { get; }

    public PermissionTable Table { get; }

    public AccessTokens Tokens { get; }

    /// <summary>Ends the audit trail and reads what was written, oldest first.</summary>
    public async Task<IReadOnlyList<AuditEntry>> AuditedAsync()
    {
        await Audit.StartAsync(CancellationToken.None);
        await Audit.StopAsync(CancellationToken.None);
        return [.. (await AuditStore.FindAsync(new AuditQuery { Take = 1000 }, CancellationToken.None)).Items.Reverse()];
    }

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
