using Microsoft.Extensions.Time.Testing;
using Portal.Registry.Catalog;
using Portal.Storage.Oci;
using Portal.Web.Components.Live;

namespace Portal.Tests.Components;

public sealed class CatalogWatchTests
{
    private static readonly RepositoryName Mine = RepositoryName.Parse("mine");

    private readonly CatalogFeed _feed = new();
    private readonly FakeTimeProvider _time = new();
    private int _refreshes;

    [Fact]
    public void Changed_ManyAtOnce_RefreshesOnce()
    {
        using var watch = Watch();

        for (var i = 0; i < 100; i++)
        {
            _feed.Changed(Mine);
        }

        Assert.Equal(0, _refreshes);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _refreshes);
    }

    [Fact]
    public void Changed_AfterARefresh_RefreshesAgain()
    {
        using var watch = Watch();

        _feed.Changed(null);
        _time.Advance(TimeSpan.FromSeconds(1));
        _feed.Changed(null);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(2, _refreshes);
    }

    [Fact]
    public void Changed_OtherRepository_DoesNotRefresh()
    {
        using var watch = Watch();

        _feed.Changed(RepositoryName.Parse("other"));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(0, _refreshes);
    }

    [Fact]
    public void Dispose_WhileARefreshIsDue_DoesNotRefresh()
    {
        var watch = Watch();
        _feed.Changed(Mine);

        watch.Dispose();
        _feed.Changed(Mine);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(0, _refreshes);
    }

    private CatalogWatch Watch()
    {
        return new CatalogWatch(_feed, _time, name => name is null || name == Mine, () => _refreshes++);
    }
}
