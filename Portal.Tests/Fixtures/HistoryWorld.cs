using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Storage.History;

namespace Portal.Tests.Fixtures;

/// <summary>The database of what happened, over a file in a folder of its own; it is made at the first write.</summary>
public sealed class HistoryWorld : IDbContextFactory<HistoryDbContext>, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly HistoryDatabase _database;

    public HistoryWorld(TimeProvider time)
    {
        _database = new HistoryDatabase(this, _folder.Combine("history.db"), time, NullLogger<HistoryDatabase>.Instance);
        Store = new ActivityStore(_database);
        Pulls = new PullCounts(_database);
    }

    public ActivityStore Store { get; }

    public PullCounts Pulls { get; }

    public HistoryDbContext CreateDbContext()
    {
        var options = new DbContextOptionsBuilder<HistoryDbContext>();
        HistoryDatabase.Configure(options, _folder.Combine("history.db"));
        return new HistoryDbContext(options.Options);
    }

    public void Dispose()
    {
        _database.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }
}
