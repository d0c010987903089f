using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Portal.Storage.History;

/// <summary>Gives <c>dotnet ef</c> a context to compare the model with; it opens no database.</summary>
internal sealed class HistoryDbContextDesign : IDesignTimeDbContextFactory<HistoryDbContext>
{
    public HistoryDbContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<HistoryDbContext>();
        HistoryDatabase.Configure(options, "history.db");
        return new HistoryDbContext(options.Options);
    }
}
