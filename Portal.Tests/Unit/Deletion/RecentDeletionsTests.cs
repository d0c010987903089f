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
    public void Deletion_IsForgotten_AfterAWhile()
    {
        var deletions = Create();
        var first = deletions.Add(Deleted(1), "ada");
        _time.Advance(RecentDeletions.Kept - TimeSpan.FromSeconds(1));
        var second = deletions.Add(Deleted(1), null);
        Assert.Equal([second!.Value, first!.Value], List(deletions));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([second.Value], List(deletions));
        Assert.Empty(deletions.List(RepositoryActors.Local, RepositoryName.Parse("recent/other")));
    }

    [Fact]
    public void Deletions_ThatAreManyTogether_PushTheOldestOut()
    {
        var deletions = Create();
        deletions.Add(Deleted(DeletedContent.MaxEntries - 1), null);
        var second = deletions.Add(Deleted(2), null);

        Assert.Equal([second!.Value], List(deletions));
        Assert.Null(deletions.Add(Deleted(DeletedContent.MaxEntries + 1), null));
        Assert.Null(deletions.Add(Deleted(0), null));
    }

    /// <summary>Numbers go on after a restart, so that one of before means nothing.</summary>
    [Fact]
    public void Number_IsAnotherOne_AfterARestart()
    {
        var before = Create().Add(Deleted(1), null);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(Create().Add(Deleted(1), null) > before);
    }

    private static IEnumerable<long> List(RecentDeletions deletions) => deletions.List(RepositoryActors.Local, Name).Select(deletion => deletion.Id);

    private static DeletedContent Deleted(int manifests)
    {
        var deleted = new DeletedContent(Name);
        for (var number = 0; number < manifests; number++)
        {
            deleted.Add(Digest.Of(BitConverter.GetBytes(number)), []);
        }

        return deleted;
    }

    private RecentDeletions Create() => new(portal.Get<DeletionUndo>(), portal.Get<Permissions>(), _time);
}
