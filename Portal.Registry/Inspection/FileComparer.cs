using Portal.Registry.Auth;
using Portal.Registry.Layers;
using Portal.Storage.Layers;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Registry.Inspection;

/// <summary>What is not the same of a file in two images.</summary>
public enum FileAspect
{
    /// <summary>Only one of them has it.</summary>
    Presence,

    /// <summary>It is a file in one and a link in the other, say.</summary>
    Kind,

    Content,

    /// <summary>Where it links to.</summary>
    LinkTarget,

    /// <summary>Who may do what with it.</summary>
    PermissionsOrOwner,
}

/// <summary>A file that two images do not have in common.</summary>
/// <param name="Before">Its size in the first; null when it is not there.</param>
/// <param name="After">Its size in the second; null when it is not there.</param>
/// <param name="What">What differs where sizes need not.</param>
public sealed record FileDifference(string Path, long? Before, long? After, FileAspect What)
{
    /// <summary>What it is in the second, or was in the first where it is not in the second.</summary>
    public EntryKind Kind { get; init; }

    /// <summary>What it was before it became something else; of others the same as <see cref="Kind"/>.</summary>
    public EntryKind FormerKind { get; init; }

    public Change Change => Before is null ? Change.Added : After is null ? Change.Removed : Change.Changed;
}

/// <summary>What is looked for among the files that differ.</summary>
/// <param name="Search">Part of a path; null for all.</param>
public sealed record FileDifferenceQuery(string? Search = null, int Skip = 0, int Take = 50);

/// <summary>Some of the files that differ, and the sums of all.</summary>
/// <param name="Problems">Why files may be missing.</param>
public sealed record FileComparison(
    RowPage<FileDifference> Files, long Added, long Removed, long Changed, long BytesAdded, long BytesRemoved, IReadOnlyList<Reason> Problems);

/// <summary>Compares the files of two images. Both lists are sorted, so they are walked side by side and never held.</summary>
public sealed class FileComparer(ImageFiles files)
{
    private const int MaxProblems = 10;

    /// <param name="progress">Told now and then, while layers are read for the first time.</param>
    /// <returns>Null when one of them is not there, or <paramref name="who"/> may not pull it.</returns>
    public async Task<FileComparison?> CompareAsync(
        Identity who,
        (RepositoryName Name, Digest Manifest) a,
        (RepositoryName Name, Digest Manifest) b,
        FileDifferenceQuery query,
        IProgress<LayerProgress>? progress,
        CancellationToken cancellationToken)
    {
        if (await files.FindAsync(who, a.Name, a.Manifest, cancellationToken) is not { } before
            || await files.FindAsync(who, b.Name, b.Manifest, cancellationToken) is not { } after)
        {
            return null;
        }

        using var first = await files.OpenAsync(before, null, progress, cancellationToken);
        using var second = await files.OpenAsync(after, null, progress, cancellationToken);

        // The trees are read from disk, without a pause for others.
        return await Task.Run(() => Compare(first, second, query, cancellationToken), cancellationToken);
    }

    /// <summary>The same of two trees that are open.</summary>
    public static FileComparison Compare(FileTree before, FileTree after, FileDifferenceQuery query, CancellationToken cancellationToken)
    {
        var shown = new List<FileDifference>(query.Take);
        var (added, removed, changed, bytesAdded, bytesRemoved, found) = (0L, 0L, 0L, 0L, 0L, 0);
        foreach (var difference in Walk(before, after))
        {
            cancellationToken.ThrowIfCancellationRequested();
            added += difference.Change == Change.Added ? 1 : 0;
            removed += difference.Change == Change.Removed ? 1 : 0;
            changed += difference.Change == Change.Changed ? 1 : 0;
            bytesAdded += difference.After ?? 0;
            bytesRemoved += difference.Before ?? 0;
            if (string.IsNullOrEmpty(query.Search) || difference.Path.Contains(query.Search, StringComparison.OrdinalIgnoreCase))
            {
                if (found >= query.Skip && shown.Count < query.Take)
                {
                    shown.Add(difference);
                }

                found++;
            }
        }

        return new FileComparison(
            new RowPage<FileDifference>(shown, found), added, removed, changed, bytesAdded, bytesRemoved, [.. Problems("A", before), .. Problems("B", after)]);
    }

    private static IEnumerable<FileDifference> Walk(FileTree before, FileTree after)
    {
        using var first = before.All().Where(node => !node.IsFolder).GetEnumerator();
        using var second = after.All().Where(node => !node.IsFolder).GetEnumerator();
        var (hasFirst, hasSecond) = (first.MoveNext(), second.MoveNext());
        while (hasFirst || hasSecond)
        {
            var order = !hasFirst ? 1 : !hasSecond ? -1 : FilePath.Order.Compare(first.Current.Path, second.Current.Path);
            if (order < 0)
            {
                yield return Differing(first.Current, null, FileAspect.Presence);
            }
            else if (order > 0)
            {
                yield return Differing(null, second.Current, FileAspect.Presence);
            }
            else if (WhatDiffers(first.Current.Entry, second.Current.Entry) is { } what)
            {
                yield return Differing(first.Current, second.Current, what);
            }

            hasFirst = order <= 0 ? first.MoveNext() : hasFirst;
            hasSecond = order >= 0 ? second.MoveNext() : hasSecond;
        }
    }

    private static FileAspect? WhatDiffers(LayerEntry before, LayerEntry after)
    {
        return before.Kind != after.Kind ? FileAspect.Kind
            : before.Size != after.Size || before.Hash != after.Hash ? FileAspect.Content
            : before.Link != after.Link ? FileAspect.LinkTarget
            : (before.Mode, before.UserId, before.GroupId) != (after.Mode, after.UserId, after.GroupId) ? FileAspect.PermissionsOrOwner
            : null;
    }

    /// <summary>At least one of the two is there.</summary>
    private static FileDifference Differing(TreeNode? before, TreeNode? after, FileAspect what) =>
        new((before ?? after)!.Path, before?.Entry.Size, after?.Entry.Size, what)
        {
            Kind = (after ?? before)!.Entry.Kind,
            FormerKind = (before ?? after)!.Entry.Kind,
        };

    private static IEnumerable<Reason> Problems(string image, FileTree tree)
    {
        var problems = tree.Layers.Index().Where(layer => layer.Item.Problem is not null)
            .Select(layer => new Reason(LayerFault.OfImage, $"Layer {layer.Index + 1} of {image}: {layer.Item.Problem}"));
        return (tree.IsWhole ? problems : problems.Append(new Reason(LayerFault.TooManyFilesOfImage, $"{image} has more files than are read."))).Take(MaxProblems);
    }
}
