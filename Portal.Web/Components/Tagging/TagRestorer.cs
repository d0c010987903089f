using MudBlazor;
using Portal.Registry;
using Portal.Registry.Auth;
using Portal.Registry.Deletion;
using Portal.Registry.Tagging;
using Portal.Storage.Oci;
using Portal.Web.Components.Controls;
using Portal.Web.Words;

namespace Portal.Web.Components.Tagging;

/// <summary>Puts tags back from a page: asks where it overwrites, says what became of it, and offers the way back again.</summary>
public sealed class TagRestorer(
    TagHistory history, DeletionUndo deletions, RegistryService service, Permissions permissions, IDialogService dialogs, ISnackbar snackbar, Visitor visitor)
{
    private static readonly TimeSpan Offered = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan OfferedForMore = TimeSpan.FromSeconds(30);
    private static readonly DialogOptions Options = new() { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true };

    /// <summary>Whether the visitor may put tags back.</summary>
    public bool MayRestore(RepositoryName name) => permissions.On(visitor.Identity, name).HasFlag(RepositoryActions.Push);

    /// <summary>Says that tags are deleted, and offers to put them back.</summary>
    public void OfferUndo(RepositoryName name, IReadOnlyList<(Tag Tag, Digest Digest)> deleted)
    {
        if (deleted.Count > 0)
        {
            Say(
                deleted.Count == 1 ? RepositoryWords.TagDeleted.With(deleted[0].Tag) : RepositoryWords.TagsDeleted.With(deleted.Count),
                MayRestore(name) ? () => PutBackAsync(name, deleted) : null);
        }
    }

    /// <summary>Says that manifests or a repository are deleted, and offers to bring them back.</summary>
    public void OfferUndo(string done, DeletedContent deleted) =>
        Say(done, deleted.CanReturn && MayRestore(deleted.Name) ? () => BringBackAsync(deleted) : null, OfferedForMore);

    /// <summary>Puts a tag to an earlier digest, after a question.</summary>
    /// <param name="current">What it points to as the page shows it; null when it is deleted.</param>
    public async Task RestoreAsync(RepositoryName name, Tag tag, Digest digest, Digest? current, CancellationToken cancellationToken)
    {
        var parameters = new DialogParameters<RestoreDialog>
        {
            { dialog => dialog.Name, name }, { dialog => dialog.Tag, tag }, { dialog => dialog.Digest, digest }, { dialog => dialog.Current, current },
        };
        var dialog = await dialogs.ShowAsync<RestoreDialog>(current is null ? RepositoryWords.BringBack : RepositoryWords.RestoreEarlier, parameters, Options);
        if (await dialog.Result is not { Canceled: false })
        {
            return;
        }

        if (await TryPutAsync(name, tag, digest, current, cancellationToken) is { } problem)
        {
            snackbar.Add(Sentence.Of(problem), Severity.Error);
            return;
        }

        Say(RepositoryWords.TagPointsAgain.With(tag, DigestText.Abbreviate(digest)), () => TakeBackAsync(name, tag, digest, current));
    }

    private async Task PutBackAsync(RepositoryName name, IReadOnlyList<(Tag Tag, Digest Digest)> deleted)
    {
        var problems = new List<string>();
        foreach (var (tag, digest) in deleted)
        {
            if (await TryPutAsync(name, tag, digest, current: null, CancellationToken.None) is { } problem)
            {
                problems.Add(problem);
            }
        }

        var back = deleted.Count - problems.Count;
        if (problems.Count == 0)
        {
            snackbar.Add(deleted.Count == 1 ? RepositoryWords.TagIsBack.With(deleted[0].Tag) : RepositoryWords.TagsAreBack.With(back), Severity.Success);
        }
        else
        {
            snackbar.Add(back == 0 ? Sentence.Of(problems[0]) : RepositoryWords.TagsBackSome.With(back, problems.Count, problems[0]), Severity.Error);
        }
    }

    private async Task BringBackAsync(DeletedContent deleted)
    {
        var undone = new UndoneDeletion(0, 0, []);
        if (await TryAsync(async () => undone = await deletions.RestoreAsync(deleted, visitor.ToActor("PUT"), CancellationToken.None)) is { } refusal)
        {
            snackbar.Add(Sentence.Of(refusal), Severity.Error);
            return;
        }

        var back = RepositoryWords.BroughtBack.With(deleted.Name, undone.Manifests, undone.Tags);
        if (undone.Problems is [])
        {
            snackbar.Add(back, Severity.Success);
            return;
        }

        var isAnyBack = undone.Manifests + undone.Tags > 0;
        var problem = isAnyBack ? ReasonText.Of(undone.Problems[0]) : Sentence.Of(undone.Problems[0]);
        if (undone.Problems.Count > 1)
        {
            problem = RepositoryWords.ProblemAndMore.With(problem, undone.Problems.Count - 1);
        }

        snackbar.Add(isAnyBack ? RepositoryWords.BroughtBackSome.With(back, problem) : problem, Severity.Error);
    }

    private async Task TakeBackAsync(RepositoryName name, Tag tag, Digest digest, Digest? before)
    {
        string? problem;
        if (before is { } earlier)
        {
            problem = await TryPutAsync(name, tag, earlier, digest, CancellationToken.None);
        }
        else
        {
            problem = await TryAsync(() => service.DeleteTagAsync(name, tag, new ExpectedTag(digest), visitor.ToActor("DELETE"), CancellationToken.None));
        }

        snackbar.Add(problem is null ? RepositoryWords.TagAsBefore.With(tag) : Sentence.Of(problem), problem is null ? Severity.Success : Severity.Error);
    }

    /// <returns>Why it could not be, or null.</returns>
    private Task<string?> TryPutAsync(RepositoryName name, Tag tag, Digest digest, Digest? current, CancellationToken cancellationToken) =>
        TryAsync(() => history.RestoreAsync(name, tag, digest, new ExpectedTag(current), visitor.ToActor("PUT"), cancellationToken));

    private static async Task<string?> TryAsync(Func<Task> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (Exception exception) when (exception is OciException or TagMovedException)
        {
            return ReasonText.Of(exception);
        }
        catch (IOException)
        {
            return RepositoryWords.WriteRefused;
        }
    }

    private void Say(string message, Func<Task>? undo, TimeSpan? offered = null)
    {
        snackbar.Add(message, Severity.Success, options =>
        {
            if (undo is not null)
            {
                options.Action = CommonWords.Undo;
                options.ActionColor = Color.Inherit;
                options.OnClick = _ => undo();
                options.RequireInteraction = false;
                options.VisibleStateDuration = (int)(offered ?? Offered).TotalMilliseconds;
            }
        });
    }
}
