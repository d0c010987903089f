using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Portal.Storage.History;

namespace Portal.Tests.Fixtures;

/// <summary>A history in a folder of its own; the clock is the test's.</summary>
public sealed class HistoryWorld : IDbContextFactory<HistoryDbContext>, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SemaphoreSlim _turn = new(1, 1);

    public HistoryWorld(FakeTimeProvider? time = null)
    {
        Time = time ?? new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 30, TimeSpan.Zero));
        Database = new HistoryDatabase(this, Path, _turn, Time, NullLogger<HistoryDatabase>.Instance);
        Samples = new SampleStore(Database);
        Store = new ActivityStore(Database);
        Pulls = new PullCounts(Database);
        PullDays = new PullDays(Database);
        TagChanges = new TagChanges(Database);
    }

    public FakeTimeProvider Time { get; }

    public HistoryDatabase Database { get; }

    public SampleStore Samples { get; }

    public ActivityStore Store { get; }

    public PullCounts Pulls { get; }

    public PullDays PullDays { get; }

    public TagChanges TagChanges { get; }

    public string Path => _folder.Combine("history.db");

    public HistoryDbContext CreateDbContext()
    {
        var options = new DbContextOptionsBuilder<HistoryDbContext>();
        HistoryDatabase.Configure(options, Path);
        return new HistoryDbContext(options.Options);
    }

    public void Dispose()
    {
        _turn.Dispose();
        _folder.Dispose();
    }
}
