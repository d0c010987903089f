using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Portal.Storage.Accounts;

/// <summary>Gives <c>dotnet ef</c> a context to compare the model with; it opens no database.</summary>
internal sealed class AccountsDbContextDesign : IDesignTimeDbContextFactory<AccountsDbContext>
{
    public AccountsDbContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<AccountsDbContext>();
        AccountsDatabase.Configure(options, "accounts.db");
        return new AccountsDbContext(options.Options);
    }
}
