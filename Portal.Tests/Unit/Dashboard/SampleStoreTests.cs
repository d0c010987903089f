using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Dashboard;

public sealed class SampleStoreTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly HistoryWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Add_OfMinutes_AddsThemToTheirHour()
    {
        await AddAsync(Noon.AddMinutes(1), pushes: 2, storage: 100);
        await AddAsync(Noon.AddMinutes(59), pushes: 3, storage: 70);
        await AddAsync(Noon.AddMinutes(60), pushes: 5, storage: 80);

        // Two applications of a process may be there in the same minute.
        await AddAsync(Noon.AddMinutes(60), pushes: 1, storage: 90);

        Assert.Equal([2, 3, 6], await ReadAsync("pushes", byHour: false));
        Assert.Equal([5, 6], await ReadAsync("pushes", byHour: true));
        Assert.Equal([70, 90], await ReadAsync("storage", byHour: true));
        Assert.Equal(70, await _world.Samples.LevelBeforeAsync("storage", Noon.AddHours(1), CancellationToken.None));
        Assert.Null(await _world.Samples.LevelBeforeAsync("storage", Noon, CancellationToken.None));
    }

    [Fact]
    public async Task LevelBefore_AMomentWithinAnHour_IsWhatItWasThen_NotAtTheHoursEnd()
    {
        await AddAsync(Noon.AddMinutes(10), pushes: 1, storage: 10);
        await AddAsync(Noon.AddMinutes(50), pushes: 1, storage: 90);

        Assert.Equal(10, await _world.Samples.LevelBeforeAsync("storage", Noon.AddMinutes(30), CancellationToken.None));
        Assert.Null(await _world.Samples.LevelBeforeAsync("storage", Noon.AddMinutes(5), CancellationToken.None));

        // Long after, when the minutes are gone.
        await _world.Samples.RemoveOldAsync(Noon.AddDays(10), CancellationToken.None);
        Assert.Equal(90, await _world.Samples.LevelBeforeAsync("storage", Noon.AddHours(1), CancellationToken.None));
        Assert.Null(await _world.Samples.LevelBeforeAsync("storage", Noon.AddMinutes(30), CancellationToken.None));
    }

    [Fact]
    public async Task RemoveOld_KeepsMinutesTwoDays_AndHoursNinety()
    {
        await AddAsync(Noon, pushes: 1, storage: 1);
        await AddAsync(Noon.AddHours(1), pushes: 2, storage: 1);
        await _world.Samples.RemoveOldAsync(Noon.AddHours(48), CancellationToken.None);
        Assert.Equal([1, 2], await ReadAsync("pushes", byHour: false));

        await _world.Samples.RemoveOldAsync(Noon.AddHours(48).AddMinutes(1), CancellationToken.None);
        Assert.Equal([2], await ReadAsync("pushes", byHour: false));
        Assert.Equal([1, 2], await ReadAsync("pushes", byHour: true));

        await _world.Samples.RemoveOldAsync(Noon.AddDays(90).AddMinutes(1), CancellationToken.None);
        Assert.Empty(await ReadAsync("pushes", byHour: false));
        Assert.Equal([2], await ReadAsync("pushes", byHour: true));
    }

    [Fact]
    public async Task Read_WhereNothingWasWritten_MakesNoFile()
    {
        Assert.Empty(await ReadAsync("pushes", byHour: true));
        Assert.Null(await _world.Samples.LevelBeforeAsync("storage", Noon, CancellationToken.None));
        Assert.False(File.Exists(_world.Path));
    }

    private Task AddAsync(DateTimeOffset minute, double pushes, double storage) =>
        _world.Samples.AddAsync(minute, [("pushes", pushes)], [("storage", storage)], CancellationToken.None);

    private async Task<IEnumerable<double>> ReadAsync(string series, bool byHour) =>
        (await _world.Samples.ReadAsync(byHour, Noon.AddYears(-1), Noon.AddYears(1), CancellationToken.None))
        .Where(sample => sample.Series == series).OrderBy(sample => sample.Time).Select(sample => sample.Value);
}
