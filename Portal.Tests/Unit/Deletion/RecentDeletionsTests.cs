using Microsoft.Extensions.Time.Testing;
using Portal.Registry.Deletion;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Deletion;

public sealed class RecentDeletionsTests(CollectedMemoryPortal portal) : IClassFixture<CollectedMemoryPortal>
{
    private static readonly RepositoryName Name = RepositoryName.Parse("recent/app");

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Deletion_IsForgotten_AfterAWhile()
    {
        var deletions = Create();
        var first = deletions.Add(await DeleteAsync(1), "ada");
        _time.Advance(DeletionMemory.Kept - TimeSpan.FromSeconds(1));
        var second = deletions.Add(await DeleteAsync(1), null);
        Assert.Equal([second!.Value, first!.Value], List(deletions));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([second.Value], List(deletions));
        Assert.Empty(deletions.Of(RepositoryName.Parse("recent/other")));
    }

    [Fact]
    public async Task Deletions_ThatAreManyTogether_PushTheOldestOut()
    {
        var deletions = Create(mostEntries: 5);
        var first = deletions.Add(await DeleteAsync(1), null);
        var second = deletions.Add(await DeleteAsync(1), null);
        Assert.Equal([second!.Value, first!.Value], List(deletions));

        var third = deletions.Add(await DeleteAsync(1), null);

        Assert.Equal([third!.Value, second.Value], List(deletions));
        Assert.Null(deletions.Add(await DeleteAsync(3), null));
        Assert.Null(deletions.Add(new DeletedContent(Name), null));
    }

    /// <summary>Numbers go on after a restart, so that one of before means nothing.</summary>
    [Fact]
    public async Task Number_IsAnotherOne_AfterARestart()
    {
        var before = Create().Add(await DeleteAsync(1), null);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(Create().Add(await DeleteAsync(1), null) > before);
    }

    /// <summary>A description may be as long as thousands of names, and may be all that goes.</summary>
    [Fact]
    public async Task Description_CountsByItsLength()
    {
        var deletions = Create(mostEntries: 5);
        var first = deletions.Add(await DeleteDescriptionAsync(4 * 64), null);
        Assert.Equal([first!.Value], List(deletions));

        var second = deletions.Add(await DeleteDescriptionAsync(65), null);

        Assert.Equal([second!.Value], List(deletions));
        Assert.Null(deletions.Add(await DeleteDescriptionAsync((5 * 64) + 1), null));
    }

    private static IEnumerable<long> List(DeletionMemory deletions) => deletions.Of(Name).Select(deletion => deletion.Id);

    /// <summary>What a deletion took: so many manifests, each with a tag.</summary>
    private async Task<DeletedContent> DeleteAsync(int manifests)
    {
        var deleted = new DeletedContent(Name);
        for (var number = 0; number < manifests; number++)
        {
            var digest = await portal.Client.PushImageAsync($"{Name}", "1", $"layer {number}");
            await portal.Get<RepositoryDeletion>().DeleteManifestAsync(digest, deleted, RepositoryActors.Of(RepositoryActors.Local), CancellationToken.None);
        }

        return deleted;
    }

    /// <summary>What the deletion of a repository took that has nothing but a description of so many characters.</summary>
    private async Task<DeletedContent> DeleteDescriptionAsync(int length)
    {
        var described = RepositoryName.Parse("recent/described");
        var store = portal.Get<DescriptionStore>();
        var before = (await store.FindAsync($"{described}", CancellationToken.None))?.Version ?? 0;
        await store.SaveAsync($"{described}", new Description(new string('a', length), before + 1, _time.GetUtcNow(), null), CancellationToken.None);
        var deleted = new DeletedContent(Name);
        await portal.Get<RepositoryDeletion>().DeleteAsync(described, RepositoryActors.Of(RepositoryActors.Local), progress: null, deleted, CancellationToken.None);
        return deleted;
    }

    private DeletionMemory Create(int mostEntries = DeletedContent.MaxEntries) => new(_time, mostEntries);
}
