using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Storage.History;
using Portal.Storage.Reasons;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.History;

public sealed class HealthHistoryTests : IDbContextFactory<HistoryDbContext>, IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly HistoryDatabase _database;
    private readonly HealthHistory _history;

    public HealthHistoryTests()
    {
        _database = new HistoryDatabase(this, File, _turn, TimeProvider.System, NullLogger<HistoryDatabase>.Instance);
        _history = new HealthHistory(_database);
    }

    private string File => _folder.Combine("history.db");

    [Fact]
    public async Task Record_OfAHealthyCheckWithoutAHistory_MakesNoFile()
    {
        Assert.False(await RecordAsync("a", isHealthy: true));
        Assert.Equal(0, (await _history.FindAsync(0, 10, CancellationToken.None)).Total);

        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task Record_WritesChangesAlone_NewestFirst()
    {
        Assert.True(await RecordAsync("a", isHealthy: false, message: "gone"));
        Assert.False(await RecordAsync("a", isHealthy: false, minutes: 1, message: "gone"));
        Assert.False(await RecordAsync("b", isHealthy: true, minutes: 2));
        Assert.True(await RecordAsync("a", isHealthy: true, minutes: 3));
        Assert.False(await RecordAsync("a", isHealthy: true, minutes: 4));

        var found = await _history.FindAsync(0, 10, CancellationToken.None);

        Assert.Equal([new HealthChange(Start.AddMinutes(3), "a", true, null), new HealthChange(Start, "a", false, Reason.Plain("gone"))], found.Items);
        Assert.Equal(2, found.Total);
    }

    [Fact]
    public async Task Record_KeepsTheNewestOfEachCheck()
    {
        await RecordAsync("b", isHealthy: false);
        await using (var context = CreateDbContext())
        {
            await context.Database.ExecuteSqlAsync($"""
                WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {HealthHistory.Kept})
                INSERT INTO "HealthChanges" ("Time", "Check", "IsHealthy", "Message") SELECT {Start.UtcTicks}, 'a', i % 2, CAST(i AS TEXT) FROM n
                """);
        }

        await RecordAsync("a", isHealthy: false, minutes: 1, message: "newest");

        var found = await _history.FindAsync(0, 1000, CancellationToken.None);
        Assert.Equal(HealthHistory.Kept + 1, found.Total);
        Assert.Equal("newest", found.Items[0].Message?.ToString());
        Assert.DoesNotContain(found.Items, change => change.Message?.ToString() == "0");
        Assert.Equal("b", (await _history.FindAsync(HealthHistory.Kept, 1, CancellationToken.None)).Items.Single().Check);
    }

    [Fact]
    public async Task Record_AfterRetention_RemovesWhatIsOld()
    {
        await RecordAsync("old", isHealthy: false);
        await RecordAsync("a", isHealthy: false, minutes: (int)HealthHistory.Retention.TotalMinutes + 1);

        Assert.Equal(["a"], (await _history.FindAsync(0, 10, CancellationToken.None)).Items.Select(change => change.Check));
    }

    public HistoryDbContext CreateDbContext()
    {
        var options = new DbContextOptionsBuilder<HistoryDbContext>();
        HistoryDatabase.Configure(options, File);
        return new HistoryDbContext(options.Options);
    }

    public void Dispose()
    {
        _turn.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    private Task<bool> RecordAsync(string check, bool isHealthy, int minutes = 0, string? message = null) =>
        _history.RecordAsync(new HealthChange(Start.AddMinutes(minutes), check, isHealthy, message is null ? null : Reason.Plain(message)), CancellationToken.None);
}
