using System.Globalization;
using Portal.Registry.Configuration;
using Portal.Registry.Maintenance;
using Portal.Web.Components.Controls;

namespace Portal.Web.Components.Pages;

/// <summary>Collections of garbage, in words.</summary>
internal static class MaintenanceText
{
    public const string What =
        "Deleting tags and images leaves their layers on the disk, since others may share them. A garbage collection removes what nothing refers to any more. "
        + "Pushes and pulls go on meanwhile.";

    public const string Untagged =
        "What an index lists stays, and what says something about an image that stays, such as a signature. A deleted tag whose manifest goes cannot be put back.";

    public static string Grace(TimeSpan grace) =>
        $"What was pushed within the last {HealthText.Span(grace)} stays, so that no push under way loses anything (portal.garbagecollection.grace).";

    public static string Question(bool withUntagged) => withUntagged
        ? "Manifests without a tag and all that nothing refers to will be removed from the disk. This cannot be undone."
        : "All that nothing refers to will be removed from the disk. This cannot be undone.";

    public static string Phase(GarbageRun run) => run.Phase switch
    {
        GarbagePhase.Reading => run.RepositoriesInAll == 0
            ? "Counting repositories"
            : $"Reading repository {Number(Math.Min(run.Repositories + 1, run.RepositoriesInAll))} of {Number(run.RepositoriesInAll)}",
        GarbagePhase.Finding => "Looking for what nothing refers to",
        _ => run.IsDryRun ? "Adding up" : $"Removing blob {Number(run.Blobs)} of {Number(run.BlobsFound)}",
    };

    public static string SoFar(GarbageRun run) =>
        $"{(run.IsDryRun ? "Preview" : "So far")}: {ByteSize.Format(run.Bytes)} of {ByteSize.Format(run.BytesFound)} that {(run.BlobsFound == 1 ? "was" : "were")} found.";

    /// <summary>How far it is, from 0 to 100: reading takes most of the time.</summary>
    public static double Share(GarbageRun run) => run.Phase switch
    {
        GarbagePhase.Reading => run.RepositoriesInAll == 0 ? 0 : 70d * run.Repositories / run.RepositoriesInAll,
        GarbagePhase.Finding => 75,
        _ => run.BlobsFound == 0 ? 100 : 80 + (20d * run.Blobs / run.BlobsFound),
    };

    public static string Result(GarbageRun run) => run.Phase switch
    {
        GarbagePhase.Cancelled => run.IsDryRun ? "The preview was stopped" : "Stopped: what was removed until then is removed",
        GarbagePhase.Failed => run.IsDryRun ? "The preview failed" : "Failed: what was removed until then is removed",
        _ when run.IsDryRun => run.Blobs == 0 ? "Preview: there is nothing to free" : $"Preview: {ByteSize.Format(run.Bytes)} can be freed",
        _ => run.Blobs == 0 ? "Done: there was nothing to free" : $"Done: {ByteSize.Format(run.Bytes)} freed",
    };

    public static string Left(GarbageRun run)
    {
        var left = run.LeftInAll == 1 ? "1 repository is" : $"{Number(run.LeftInAll)} repositories are";
        return $"{left} left as {(run.LeftInAll == 1 ? "it is" : "they are")}, since something in {(run.LeftInAll == 1 ? "it" : "them")} cannot be read"
            + (run.LeftInAll > run.Left.Count ? $"; the first {Number(run.Left.Count)}" : "");
    }

    public static string Purging(UploadPurgingConfiguration purging) => !purging.Enabled
        ? "They stay on the disk: storage.maintenance.uploadpurging.enabled is false in the configuration."
        : $"Every {HealthText.Span(purging.Interval)}, uploads whose last byte came {HealthText.Span(purging.Age)} ago or earlier are "
            + $"{(purging.DryRun ? "written to the log and kept (storage.maintenance.uploadpurging.dryrun)" : "removed")}.";

    public static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
