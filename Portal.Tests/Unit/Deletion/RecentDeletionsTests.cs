using Microsoft.Extensions.Time.Testing;
using Portal.Registry.Auth;
using Portal.Registry.Deletion;
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
        _time.Advance(RecentDeletions.Kept - TimeSpan.FromSeconds(1));
        var second = deletions.Add(await DeleteAsync(1), null);
        Assert.Equal([second!.Value, first!.Value], List(deletions));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([second.Value], List(deletions));
        Assert.Empty(deletions.List(RepositoryActors.Local, RepositoryName.Parse("recent/other")));
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

    private static IEnumerable<long> List(RecentDeletions deletions) => deletions.List(RepositoryActors.Local, Name).Select(deletion => deletion.Id);

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

    private RecentDeletions Create(int mostEntries = DeletedContent.MaxEntries) =>
        new(portal.Get<DeletionUndo>(), portal.Get<Permissions>(), _time) { MostEntries = mostEntries };
}
