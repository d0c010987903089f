using Portal.Registry.Deletion;
using Portal.Web.Components.Controls;

namespace Portal.Web.Components.Deletion;

/// <summary>What a deletion means for the disk, in words: no size that is not true.</summary>
internal static class DeletionText
{
    public static string Freed(DeletionPlan plan)
    {
        var fate = plan.Fate;
        var text = plan.Scope switch
        {
            DeletionScope.Tags when fate.Manifests == 0 =>
                "No disk space is freed: another tag, or an index under another tag, leads to each of the manifests.",
            DeletionScope.Tags =>
                $"No disk space is freed by that alone. {Manifests(fate.Manifests)} {(fate.Manifests == 1 ? "is" : "are")} left that no tag leads to; "
                    + $"a garbage collection that removes such manifests, too, can free {ByteSize.Format(fate.Freed)} of layers and configs.",
            _ when fate is { Freed: 0, Shared: 0 } => "No disk space is freed: what an index lists stays, without it.",
            _ => $"Disk space is freed by the next garbage collection only: {ByteSize.Format(fate.Freed)} of layers and configs that nothing else refers to.",
        };
        return text + Shared(plan) + (plan.IsCurrent ? string.Empty : " The index is still being built, so that this may not be all of it.");
    }

    private static string Shared(DeletionPlan plan)
    {
        var fate = plan.Fate;
        if (fate.Shared == 0)
        {
            return string.Empty;
        }

        var sharers = (fate.SharersHere, fate.SharersElsewhere) switch
        {
            (0, 0) => "other repositories",
            (var here, 0) => $"{Manifests(here)} of this repository",
            (0, var elsewhere) => $"{Manifests(elsewhere)} of other repositories",
            var (here, elsewhere) => $"{Manifests(here)} of this repository and {elsewhere} of others",
        };
        return $" Another {ByteSize.Format(fate.Shared)} is shared with {sharers} and stays.";
    }

    private static string Manifests(int count) => count == 1 ? "1 manifest" : $"{count} manifests";
}
