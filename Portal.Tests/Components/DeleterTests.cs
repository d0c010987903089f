using AngleSharp.Dom;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Portal.Registry;
using Portal.Registry.Events;
using Portal.Storage.Oci;
using Portal.Web.Components.Deletion;
using Portal.Web.Components.Tagging;

namespace Portal.Tests.Components;

/// <summary>Deleting and its way back while somebody else pushes, or the dialog is closed.</summary>
public sealed class DeleterTests
{
    private static readonly RepositoryName App = RepositoryName.Parse("app");
    private static readonly Tag First = Tag.Parse("1.0");
    private static readonly Tag Second = Tag.Parse("2.0");

    [Fact]
    public async Task Delete_TagThatMovedWhileItWasAsked_IsKeptAndNamed()
    {
        await using var pages = await CreateAsync();
        var deletion = DeleteAsync(pages);
        pages.Dialogs.WaitForElement(".doomed");
        var pushed = await pages.World.PutImageAsync("app", "2.0", [3]);

        Button(pages, "Delete").Click();

        Assert.True(await deletion);
        pages.Messages.WaitForAssertion(() =>
        {
            Assert.Contains("somebody put it to another manifest meanwhile: 2.0.", pages.Messages.Markup, StringComparison.Ordinal);
            Assert.Contains("Deleted tag 1.0", pages.Messages.Markup, StringComparison.Ordinal);
        });
        Assert.Null(await FindAsync(pages, First));
        Assert.Equal(pushed.Digest, await FindAsync(pages, Second));
    }

    [Fact]
    public async Task Delete_DialogClosedWhileItWorks_TellsWhatIsGone_AndOffersTheWayBack()
    {
        await using var pages = await CreateAsync();
        Task<IDisposable>? turn = null;
        using var hold = pages.Services.GetRequiredService<EventStream>().Subscribe(
            _ => (turn ??= pages.Services.GetRequiredService<RepositoryLocks>().EnterAsync(App, CancellationToken.None)).IsCompleted, 10, EventAction.Delete);
        var deletion = DeleteAsync(pages);
        pages.Dialogs.WaitForElement(".doomed");
        Button(pages, "Delete").Click();
        pages.Dialogs.WaitForAssertion(() => Assert.Equal("Stop", Button(pages, "Stop").TextContent.Trim()));

        pages.Dialogs.Find(".mud-overlay").Click();

        Assert.True(await deletion);
        (await turn!).Dispose();
        Assert.NotNull(await FindAsync(pages, Second));
        pages.Messages.WaitForAssertion(() =>
        {
            Assert.Contains("1 of 2 tags are deleted; then: it was stopped.", pages.Messages.Markup, StringComparison.Ordinal);
            Assert.Contains("Undo", pages.Messages.Markup, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task DeletedManifest_Undo_BringsItAndItsTagBack()
    {
        await using var pages = await CreateAsync();
        var digest = (await pages.World.PutImageAsync("app", "3.0", [])).Digest;
        await pages.World.ReconcileAsync();
        var deletion = pages.Renderer.Dispatcher.InvokeAsync(
            () => pages.Services.GetRequiredService<Deleter>().DeleteManifestAsync(App, digest, CancellationToken.None));
        pages.Dialogs.WaitForElement(".doomed");
        Button(pages, "Delete").Click();
        Assert.True(await deletion);
        Assert.Null(await FindAsync(pages, Tag.Parse("3.0")));

        pages.Messages.WaitForAssertion(() => Assert.Contains("Undo", pages.Messages.Markup, StringComparison.Ordinal));
        pages.Messages.FindAll("button").Single(button => button.TextContent.Trim() == "Undo").Click();

        pages.Messages.WaitForAssertion(() => Assert.Contains("1 manifest and 1 tag of app are back", pages.Messages.Markup, StringComparison.Ordinal));
        Assert.Equal(digest, await FindAsync(pages, Tag.Parse("3.0")));
    }

    [Fact]
    public async Task BroughtBack_Undo_DoesNotDeleteALaterPush()
    {
        await using var pages = await CreateAsync();
        var image = await pages.World.PutImageAsync("app", null, []);
        var restored = pages.Renderer.Dispatcher.InvokeAsync(() => pages.Services.GetRequiredService<TagRestorer>().RestoreAsync(
            App, Tag.Parse("back"), image.Digest, current: null, CancellationToken.None));
        pages.Dialogs.WaitForElement(".mud-dialog-actions");
        pages.Dialogs.FindAll(".mud-dialog-actions button")[^1].Click();
        await restored;
        var pushed = await pages.World.PutImageAsync("app", "back", [5]);

        pages.Messages.WaitForAssertion(() => Assert.Contains("Undo", pages.Messages.Markup, StringComparison.Ordinal));
        pages.Messages.FindAll("button").Single(button => button.TextContent.Trim() == "Undo").Click();

        pages.Messages.WaitForAssertion(() => Assert.Contains("was put to another manifest meanwhile", pages.Messages.Markup, StringComparison.Ordinal));
        Assert.Equal(pushed.Digest, await FindAsync(pages, Tag.Parse("back")));
    }

    private static async Task<PortalPages> CreateAsync()
    {
        var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("app", "1.0", [1]);
        await pages.World.PutImageAsync("app", "2.0", [2]);
        await pages.World.ReconcileAsync();
        return pages;
    }

    private static Task<bool> DeleteAsync(PortalPages pages) => pages.Renderer.Dispatcher.InvokeAsync(
        () => pages.Services.GetRequiredService<Deleter>().DeleteTagsAsync(App, [First, Second], CancellationToken.None));

    private static async Task<Digest?> FindAsync(PortalPages pages, Tag tag) => await pages.World.Registry.Tags.FindAsync(App, tag, CancellationToken.None);

    private static IElement Button(PortalPages pages, string text) =>
        pages.Dialogs.FindAll("button").Single(button => button.TextContent.Trim() == text);
}
