using Portal.Registry.Auth;
using Portal.Storage.Oci;

namespace Portal.Registry.Deletion;

/// <summary>
/// Lets programs take back what was deleted lately, as a person does with the button of a page. Who pushes may take back an
/// own deletion; somebody else's, which may have had a reason, only who may delete, too.
/// </summary>
public sealed class RecentDeletions(DeletionMemory memory, DeletionUndo undo, Permissions permissions)
{
    /// <summary>Deletions in a repository that the one who asks may take back, newest first.</summary>
    /// <exception cref="OciException">DENIED: the one who asks may not pull from it.</exception>
    public IReadOnlyList<RecentDeletion> List(Identity who, RepositoryName name)
    {
        permissions.Require(who, name, RepositoryActions.Pull);
        var actions = permissions.On(who, name);
        return !actions.HasFlag(RepositoryActions.Push)
            ? []
            : [.. memory.Of(name).Where(deletion => actions.HasFlag(RepositoryActions.Delete) || (deletion.By is { } by && by == who.Name))];
    }

    /// <summary>Takes a deletion back. One of which all is back is forgotten.</summary>
    /// <returns>Null when there is none of this number any more, or not for the one who asks.</returns>
    /// <inheritdoc cref="DeletionUndo.RestoreAsync" path="/exception"/>
    public async Task<UndoneDeletion?> UndoAsync(RepositoryName name, long id, RequestActor actor, CancellationToken cancellationToken)
    {
        permissions.Require(actor.Identity, name, RepositoryActions.Push);
        if (List(actor.Identity, name).FirstOrDefault(deletion => deletion.Id == id) is not { } found)
        {
            return null;
        }

        var undone = await undo.RestoreAsync(found.Content, actor, cancellationToken);
        if (undone.Problems.Count == 0)
        {
            memory.Remove(found);
        }

        return undone;
    }
}
