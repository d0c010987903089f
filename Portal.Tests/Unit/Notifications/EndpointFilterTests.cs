using Portal.Registry.Configuration;
using Portal.Registry.Events;
using Portal.Registry.Notifications;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;

namespace Portal.Tests.Unit.Notifications;

public sealed class EndpointFilterTests
{
    [Fact]
    public void Wants_WithoutAnythingSaid_IsEverything()
    {
        var filter = new EndpointFilter(new NotificationEndpointConfiguration(), new WebhookConfiguration());

        Assert.True(filter.Wants("push", MediaTypes.OciManifest, "a/b", null));
        Assert.All(Enum.GetValues<EventAction>(), action => Assert.True(filter.WantsAny(action)));
    }

    [Fact]
    public void Wants_EndpointThatIsOff_IsNothing()
    {
        var filter = new EndpointFilter(new NotificationEndpointConfiguration { Disabled = true }, new WebhookConfiguration());

        Assert.False(filter.Wants("push", MediaTypes.OciManifest, "a/b", "c"));
        Assert.All(Enum.GetValues<EventAction>(), action => Assert.False(filter.WantsAny(action)));
    }

    [Fact]
    public void Wants_IgnoredActionsAndMediaTypes_AreNotSent()
    {
        var filter = new EndpointFilter(
            new NotificationEndpointConfiguration { IgnoredActions = ["pull"], IgnoredMediaTypes = [MediaTypes.OctetStream] }, new WebhookConfiguration());

        Assert.False(filter.WantsAny(EventAction.Pull));
        Assert.True(filter.WantsAny(EventAction.Mount));
        Assert.False(filter.Wants("pull", MediaTypes.OciManifest, "a", null));
        Assert.False(filter.Wants("push", MediaTypes.OctetStream, "a", null));
        Assert.True(filter.Wants("push", MediaTypes.OciManifest, "a", null));
        Assert.True(filter.Wants("push", "application/octet-stream; x=1", "a", null));
        Assert.True(filter.Wants("delete", null, "a", null));
    }

    [Theory]
    [InlineData("team/app", true)]
    [InlineData("team/app/web", false)]
    [InlineData("all/of/it", true)]
    [InlineData("other", false)]
    public void Wants_RepositoryPatterns_AnyOfThemCounts(string repository, bool expected)
    {
        var filter = Filter(["team/*", "all/**"], []);

        Assert.Equal(expected, filter.Wants("push", MediaTypes.OciManifest, repository, null));
    }

    [Theory]
    [InlineData("v1.0", true)]
    [InlineData("v", true)]
    [InlineData("latest", true)]
    [InlineData("1.0-rc2", true)]
    [InlineData("Latest", false)]
    [InlineData("1.0", false)]
    [InlineData(null, false)]
    public void Wants_TagPatterns_TakeNoEventWithoutATag(string? tag, bool expected)
    {
        var filter = Filter([], ["v*", "latest", "*-rc*"]);

        Assert.Equal(expected, filter.Wants("push", MediaTypes.OciManifest, "a", tag));
    }

    [Fact]
    public void Wants_AnEvent_IsAskedByWhatItSays()
    {
        var filter = Filter(["team/*"], ["v*"]);
        var push = new RegistryEvent
        {
            Timestamp = default,
            Action = EventAction.Push,
            Repository = RepositoryName.Parse("team/app"),
            Tag = Tag.Parse("v1"),
            Actor = null!,
        };

        Assert.True(filter.Wants(push));
        Assert.False(filter.Wants(push with { Tag = null }));
        Assert.False(filter.Wants(push with { Repository = RepositoryName.Parse("app") }));
    }

    [Theory]
    [InlineData("*", true)]
    [InlineData("v*.*", true)]
    [InlineData("", false)]
    [InlineData(".a", false)]
    [InlineData("a b", false)]
    [InlineData("a?", false)]
    public void TagPattern_HoldsWhatATagCan(string text, bool expected)
    {
        Assert.Equal(expected, TagPattern.TryParse(text, out var pattern, out var problem));
        Assert.Equal(expected, problem is null);
        Assert.Equal(expected ? text : null, pattern?.ToString());
    }

    [Fact]
    public void TagPattern_IsAsLongAsATag()
    {
        Assert.True(TagPattern.TryParse(new string('a', 128), out _, out _));
        Assert.False(TagPattern.TryParse(new string('a', 129), out _, out _));
    }

    private static EndpointFilter Filter(string[] repositories, string[] tags) => new(
        new NotificationEndpointConfiguration(),
        new WebhookConfiguration
        {
            Repositories = [.. repositories.Select(RepositoryPattern.Parse)],
            Tags = [.. tags.Select(text => TagPattern.TryParse(text, out var pattern, out _) ? pattern : throw new FormatException(text))],
        });
}
