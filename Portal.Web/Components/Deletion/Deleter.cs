using MudBlazor;
using Portal.Registry;
using Portal.Registry.Auth;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;

namespace Portal.Web.Components.Deletion;

/// <summary>Deleting from a page: works out what goes, asks, does it, and says what became of it.</summary>
public sealed class Deleter(
    RegistryService service, LocalRegistry registry, Permissions permissions, IDialogService dialogs, ISnackbar snackbar, Visitor visitor)
{
    private static readonly DialogOptions Options = new() { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true };

    /// <returns>True when something was deleted.</returns>
    public async Task<bool> DeleteTagsAsync(
        RepositoryName name, IReadOnlyCollection<Tag> tags, CancellationToken cancellationToken)
    {
        var plan = await PlanTagsAsync(name, tags, cancellationToken);
        if (plan.Tags.Count == 0)
        {
            snackbar.Add("Nothing to delete: it is gone already.", Severity.Info);
            return false;
        }

        return await ConfirmAsync(plan) && await ExecuteAsync(plan, cancellationToken);
    }

    /// <returns>True when the manifest was deleted.</returns>
    public async Task<bool> DeleteManifestAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken)
    {
        var tags = await service.ListTagsOfAsync(name, digest, visitor.ToActor("GET"), cancellationToken);
        var plan = new DeletionPlan(name, digest, [.. tags.Select(tag => new DoomedTag(tag, digest, []))]);
        return await ConfirmAsync(plan) && await ExecuteAsync(plan, cancellationToken);
    }

    /// <summary>One pass over the repository's tags, however many are to go.</summary>
    public async Task<DeletionPlan> PlanTagsAsync(
        RepositoryName name, IReadOnlyCollection<Tag> tags, CancellationToken cancellationToken)
    {
        permissions.Require(visitor.Identity, name, RepositoryActions.Pull);
        var doomed = tags.ToHashSet();
        var targets = new Dictionary<Tag, Digest>();
        foreach (var tag in doomed)
        {
            if (await registry.Tags.FindAsync(name, tag, cancellationToken) is { } digest)
            {
                targets[tag] = digest;
            }
        }

        var remaining = targets.Values.Distinct().ToDictionary(digest => digest, _ => new List<Tag>());
        await foreach (var (tag, digest) in registry.Tags.ListAsync(name, cancellationToken))
        {
            if (!doomed.Contains(tag) && remaining.TryGetValue(digest, out var others))
            {
                others.Add(tag);
            }
        }

        return new DeletionPlan(
            name,
            null,
            [.. targets
                .OrderBy(target => target.Key.ToString(), StringComparer.Ordinal)
                .Select(target => new DoomedTag(target.Key, target.Value, remaining[target.Value]))]);
    }

    private async Task<bool> ConfirmAsync(DeletionPlan plan)
    {
        var parameters = new DialogParameters<DeletionDialog> { { dialog => dialog.Plan, plan } };
        var title = plan.Manifest is not null ? "Delete the manifest?"
            : plan.Tags.Count == 1 ? "Delete the tag?"
            : $"Delete {plan.Tags.Count} tags?";
        var dialog = await dialogs.ShowAsync<DeletionDialog>(title, parameters, Options);
        return await dialog.Result is { Canceled: false };
    }

    private async Task<bool> ExecuteAsync(DeletionPlan plan, CancellationToken cancellationToken)
    {
        var actor = visitor.ToActor("DELETE");
        var done = 0;
        try
        {
            if (plan.Manifest is { } digest)
            {
                done += await service.DeleteManifestAsync(plan.Name, digest, actor, cancellationToken) ? 1 : 0;
            }
            else
            {
                foreach (var doomed in plan.Tags)
                {
                    done += await service.DeleteTagAsync(plan.Name, doomed.Tag, actor, cancellationToken) ? 1 : 0;
                }
            }
        }
        catch (Exception exception) when (exception is OciException or IOException)
        {
            var before = plan.Manifest is null && done > 0 ? $"{done} of {plan.Tags.Count} tags are deleted; then: " : string.Empty;
            snackbar.Add(before + (exception is OciException ? exception.Message : "The storage refused to delete."), Severity.Error);
            return done > 0;
        }

        if (done == 0)
        {
            snackbar.Add("Nothing to delete: it is gone already.", Severity.Info);
            return false;
        }

        snackbar.Add(
            plan.Manifest is { } gone ? $"Deleted manifest {Controls.DigestText.Abbreviate(gone)}"
                : done == 1 ? $"Deleted tag {plan.Tags[0].Tag}"
                : $"Deleted {done} tags",
            Severity.Success);
        return true;
    }
}
