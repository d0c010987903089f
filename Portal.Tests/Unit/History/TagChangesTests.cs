using Portal.Storage.History;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.History;

/// <summary>What is kept of a tag's changes, and for how long.</summary>
public sealed class TagChangesTests : IDisposable
{
    private readonly HistoryWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task OfTag_Changes_AreNewestFirst_AlsoWhenTheyCameAtOnce()
    {
        await WriteAsync(Set("1.0", "a"), Set("2.0", "x"), Set("1.0", "b", before: "a"), Set("1.0", "c", before: "b"));

        Assert.Equal(["c", "b", "a"], (await OfTagAsync("1.0")).Select(change => change.Digest));
        Assert.All(await OfTagAsync("1.0"), change => Assert.Equal(TagChangeKind.Set, change.Kind));
    }

    [Fact]
    public async Task Write_FirstKnownChangeOfAnOlderTag_KeepsWhatItReplaced()
    {
        var since = _world.Time.GetUtcNow().AddDays(-9);
        await WriteAsync(Set("1.0", "b", before: "a", since));

        var changes = await OfTagAsync("1.0");

        Assert.Equal([(TagChangeKind.Set, "b"), (TagChangeKind.Found, "a")], changes.Select(change => (change.Kind, change.Digest)));
        Assert.Equal((since, null), (changes[1].Time, changes[1].Actor));
    }

    [Fact]
    public async Task Write_ChangesInBetweenWereLost_KeepsWhatWasThere()
    {
        await WriteAsync(Set("1.0", "a"));
        await WriteAsync(Set("1.0", "c", before: "b"));

        Assert.Equal(["c", "b", "a"], (await OfTagAsync("1.0")).Select(change => change.Digest));
    }

    [Fact]
    public async Task Write_MoreThanTheBoundOfATag_RemovesItsOldest()
    {
        await WriteAsync(Set("other", "x"));
        await WriteAsync([.. Enumerable.Range(0, TagChanges.MaxOfTag + 30).Select(i => Set("1.0", $"{i}", before: i == 0 ? null : $"{i - 1}"))]);

        var changes = await OfTagAsync("1.0");

        Assert.Equal(TagChanges.MaxOfTag, changes.Count);
        Assert.Equal(("129", "30"), (changes[0].Digest, changes[^1].Digest));
        Assert.Single(await OfTagAsync("other"));
    }

    [Fact]
    public async Task Deleted_TagThatIsBack_IsNotAmongThem()
    {
        await WriteAsync(Set("gone", "a"), Set("back", "b"), Deleted("gone", "a"), Deleted("back", "b"), Set("back", "b"), Set("here", "c"));

        var deleted = await _world.TagChanges.DeletedAsync("app", 0, 50, CancellationToken.None);

        Assert.Equal(1, deleted.Total);
        Assert.Equal(("gone", "a"), (deleted.Items[0].Tag, deleted.Items[0].Digest));
    }

    [Fact]
    public async Task Trim_KeepsTheNewestOfAll_AndTheActivitysRetentionIsNotTheirs()
    {
        await WriteAsync(Set("1", "a"), Set("2", "b"), Set("3", "c"));
        await _world.Store.RemoveAsync(_world.Time.GetUtcNow().AddYears(1), 0, CancellationToken.None);
        Assert.Single(await OfTagAsync("1"));

        await _world.TagChanges.TrimAsync(2, CancellationToken.None);

        Assert.Empty(await OfTagAsync("1"));
        Assert.Single(await OfTagAsync("2"));
    }

    [Fact]
    public async Task OfTag_WhereNothingHappened_MakesNoFile()
    {
        Assert.Empty(await OfTagAsync("1.0"));
        Assert.False(File.Exists(_world.Path));
    }

    private Task<IReadOnlyList<TagChange>> OfTagAsync(string tag) => _world.TagChanges.OfTagAsync("app", tag, CancellationToken.None);

    private Task<IReadOnlyList<long>> WriteAsync(params TagChange[] changes) => _world.Store.WriteAsync(new ActivityBatch { TagChanges = changes }, CancellationToken.None);

    private TagChange Set(string tag, string digest, string? before = null, DateTimeOffset? since = null) => new()
    {
        Repository = "app",
        Tag = tag,
        Kind = TagChangeKind.Set,
        Digest = digest,
        Time = _world.Time.GetUtcNow(),
        Actor = "ada",
        Before = before is null ? null : (before, since ?? _world.Time.GetUtcNow()),
    };

    private TagChange Deleted(string tag, string digest) => Set(tag, digest, before: digest) with { Kind = TagChangeKind.Deleted };
}
