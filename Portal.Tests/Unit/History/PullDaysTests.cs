using Microsoft.EntityFrameworkCore;
using Portal.Storage.History;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.History;

public sealed class PullDaysTests : IDisposable
{
    private readonly HistoryWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task HistoryOfAnEarlierVersion_BeginsWithThePullsOfItsActivity()
    {
        var midnight = new DateTimeOffset(2026, 2, 28, 0, 0, 0, TimeSpan.Zero);
        await using (var context = _world.CreateDbContext())
        {
            await context.Database.MigrateAsync("TagHistory", CancellationToken.None);
            foreach (var (kind, repository, time, count) in new[]
            {
                (ActivityKind.Pull, "app", midnight.AddSeconds(-1), 3),
                (ActivityKind.Pull, "app", midnight, 4),
                (ActivityKind.Pull, "app", midnight.AddHours(23.9), 5),
                (ActivityKind.Push, "app", midnight, 1),
                (ActivityKind.Pull, "other", midnight, 7),
            })
            {
                await context.Database.ExecuteSqlAsync(
                    $"INSERT INTO Activity (Time, Kind, Repository, Count) VALUES ({time.UtcTicks}, {(int)kind}, {repository}, {count})");
            }
        }

        await _world.Store.WriteAsync(new ActivityBatch { PullDays = [new PullDay("app", new DateOnly(2026, 2, 28), 1)] }, CancellationToken.None);

        Assert.Equal(
            [new PullDay("app", new DateOnly(2026, 2, 27), 3), new PullDay("app", new DateOnly(2026, 2, 28), 10)],
            await _world.PullDays.OfAsync("app", DateOnly.MinValue, CancellationToken.None));
    }

    [Fact]
    public async Task NothingWritten_MakesNoDatabase()
    {
        Assert.False(await _world.PullDays.HasAnyAsync("app", CancellationToken.None));
        Assert.Empty(await _world.PullDays.OfAsync("app", DateOnly.MinValue, CancellationToken.None));
        await _world.PullDays.RemoveOldAsync(new DateOnly(2026, 3, 1), CancellationToken.None);

        Assert.False(File.Exists(_world.Path));
    }
}
