using MudBlazor;
using Portal.Registry;
using Portal.Registry.Deletion;
using Portal.Storage.Oci;
using Portal.Web.Components.Controls;
using Portal.Web.Components.Tagging;
using Portal.Web.Words;

namespace Portal.Web.Components.Deletion;

/// <summary>Deleting from a page: has worked out what goes, asks, does it, says what became of it, and offers the way back.</summary>
public sealed class Deleter(
    RegistryService service, DeletionPlanner planner, RepositoryDeletion repositories, TagRestorer restorer, IDialogService dialogs, ISnackbar snackbar, Visitor visitor)
{
    private const int NamedTags = 10;

    private static readonly DialogOptions Options = new() { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true };

    /// <returns>True when something was deleted.</returns>
    public async Task<bool> DeleteTagsAsync(
        RepositoryName name, IReadOnlyCollection<Tag> tags, CancellationToken cancellationToken)
    {
        var plan = await planner.PlanTagsAsync(visitor.Identity, name, tags, cancellationToken);
        if (plan.TagCount == 0)
        {
            snackbar.Add(DeletionWords.AlreadyGone, Severity.Info);
            return false;
        }

        var deleted = new List<(Tag Tag, Digest Digest)>();
        var moved = new List<Tag>();
        var title = plan.TagCount == 1 ? DeletionWords.AskTag : DeletionWords.AskTags.With(plan.TagCount);
        var outcome = await AskAsync(title, plan, async (report, stop) =>
        {
            var actor = visitor.ToActor("DELETE");
            foreach (var doomed in plan.Tags)
            {
                try
                {
                    if (await service.DeleteTagAsync(name, doomed.Tag, new ExpectedTag(doomed.Digest), actor, stop) is { } digest)
                    {
                        deleted.Add((doomed.Tag, digest));
                    }
                }
                catch (TagMovedException)
                {
                    moved.Add(doomed.Tag);
                }

                report(deleted.Count);
            }
        });
        if (outcome is null)
        {
            return false;
        }

        Tell(outcome.Problem, deleted.Count + moved.Count == 0, deleted.Count, plan.TagCount, DeletionWords.TagsBroken);
        if (moved.Count > 0)
        {
            var named = string.Join(", ", moved.Take(NamedTags));
            var text = moved.Count == 1 ? DeletionWords.TagMoved : moved.Count > NamedTags ? DeletionWords.TagsMovedMore : DeletionWords.TagsMoved;
            snackbar.Add(text.With(named, moved.Count - NamedTags), Severity.Warning);
        }

        restorer.OfferUndo(name, deleted);
        return deleted.Count > 0;
    }

    /// <returns>True when the manifest was deleted.</returns>
    public Task<bool> DeleteManifestAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken) =>
        DeleteManifestsAsync(name, [digest], cancellationToken);

    /// <returns>True when something was deleted.</returns>
    public async Task<bool> DeleteManifestsAsync(
        RepositoryName name, IReadOnlyCollection<Digest> digests, CancellationToken cancellationToken)
    {
        var plan = await planner.PlanManifestsAsync(visitor.Identity, name, digests, cancellationToken);
        var deleted = new DeletedContent(name);
        var done = 0;
        var title = digests.Count == 1 ? DeletionWords.AskManifest : DeletionWords.AskManifests.With(digests.Count);
        var outcome = await AskAsync(title, plan, async (report, stop) =>
        {
            var actor = visitor.ToActor("DELETE");
            foreach (var digest in plan.Manifests)
            {
                done += await repositories.DeleteManifestAsync(digest, deleted, actor, stop) ? 1 : 0;
                report(done);
            }
        });
        if (outcome is null)
        {
            return false;
        }

        Tell(outcome.Problem, done == 0, done, plan.Manifests.Count, DeletionWords.ManifestsBroken);
        if (done > 0)
        {
            restorer.OfferUndo(done == 1 ? DeletionWords.ManifestDeleted.With(DigestText.Abbreviate(plan.Manifests[0])) : DeletionWords.ManifestsDeleted.With(done), deleted);
        }

        return done > 0;
    }

    /// <returns>True when something was deleted.</returns>
    public async Task<bool> DeleteRepositoryAsync(RepositoryName name, CancellationToken cancellationToken)
    {
        if (await planner.PlanRepositoryAsync(visitor.Identity, name, cancellationToken) is not { } plan)
        {
            snackbar.Add(DeletionWords.AlreadyGone, Severity.Info);
            return false;
        }

        var deleted = new DeletedContent(name);
        var done = default(DeletionProgress);
        var outcome = await AskAsync(DeletionWords.AskRepository, plan, async (report, stop) =>
        {
            await repositories.DeleteAsync(name, visitor.ToActor("DELETE"), new Reported<DeletionProgress>(now =>
            {
                done = now;
                report(now.Tags + now.Manifests);
            }), deleted, stop);
        });
        if (outcome is null)
        {
            return false;
        }

        if (outcome.Problem is { } problem)
        {
            snackbar.Add(DeletionWords.RepositoryBroken.With(done.Tags, done.Manifests, problem), Severity.Error);
        }
        else
        {
            restorer.OfferUndo(DeletionWords.RepositoryDeleted.With(name), deleted);
        }

        return done.Tags + done.Manifests > 0;
    }

    /// <returns>Null when nothing was begun.</returns>
    private async Task<DeletionOutcome?> AskAsync(string title, DeletionPlan plan, Func<Action<int>, CancellationToken, Task> execute)
    {
        Task<DeletionOutcome>? running = null;
        Func<Action<int>, CancellationToken, Task> run = (report, stop) => running = RunAsync(execute, report, stop);
        var parameters = new DialogParameters<DeletionDialog> { { dialog => dialog.Plan, plan }, { dialog => dialog.Execute, run } };
        var dialog = await dialogs.ShowAsync<DeletionDialog>(title, parameters, Options);
        await dialog.Result;

        // Escape and a click beside the dialog also close it while it works: what is gone by then is told all the same.
        return running is null ? null : await running;
    }

    private static async Task<DeletionOutcome> RunAsync(
        Func<Action<int>, CancellationToken, Task> execute, Action<int> report, CancellationToken stop)
    {
        try
        {
            await execute(report, stop);
            return new DeletionOutcome(null);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new DeletionOutcome(DeletionWords.Stopped);
        }
        catch (Exception exception) when (exception is OciException or IOException)
        {
            return new DeletionOutcome(exception is OciException ? ReasonText.Of(exception) : DeletionWords.Refused);
        }
    }

    private void Tell(string? problem, bool nothing, int done, int all, string broken)
    {
        if (problem is not null)
        {
            snackbar.Add(done > 0 ? broken.With(done, all, problem) : problem, Severity.Error);
        }
        else if (nothing)
        {
            snackbar.Add(DeletionWords.AlreadyGone, Severity.Info);
        }
    }
}
