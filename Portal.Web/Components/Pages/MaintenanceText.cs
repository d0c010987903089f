using Portal.Registry.Configuration;
using Portal.Registry.Maintenance;
using Portal.Web.Components.Controls;
using Portal.Web.Words;

namespace Portal.Web.Components.Pages;

/// <summary>Collections of garbage, in words.</summary>
internal static class MaintenanceText
{
    public static string Grace(TimeSpan grace) => MaintenanceWords.Grace.With(HealthText.Span(grace));

    public static string Question(bool withUntagged) => withUntagged ? MaintenanceWords.AskWithUntagged : MaintenanceWords.Ask;

    public static string Phase(GarbageRun run) => run.Phase switch
    {
        GarbagePhase.Reading => run.RepositoriesInAll == 0
            ? MaintenanceWords.Counting
            : MaintenanceWords.Reading.With(Math.Min(run.Repositories + 1, run.RepositoriesInAll), run.RepositoriesInAll),
        GarbagePhase.Finding => MaintenanceWords.Finding,
        _ => run.IsDryRun ? MaintenanceWords.AddingUp : MaintenanceWords.Removing.With(run.Blobs, run.BlobsFound),
    };

    public static string SoFar(GarbageRun run) =>
        (run.IsDryRun ? MaintenanceWords.PreviewSoFar : MaintenanceWords.SoFar).With(ByteSize.Format(run.Bytes), ByteSize.Format(run.BytesFound));

    /// <summary>How far it is, from 0 to 100: reading takes most of the time.</summary>
    public static double Share(GarbageRun run) => run.Phase switch
    {
        GarbagePhase.Reading => run.RepositoriesInAll == 0 ? 0 : 70d * run.Repositories / run.RepositoriesInAll,
        GarbagePhase.Finding => 75,
        _ => run.BlobsFound == 0 ? 100 : 80 + (20d * run.Blobs / run.BlobsFound),
    };

    public static string Result(GarbageRun run) => run.Phase switch
    {
        GarbagePhase.Cancelled => run.IsDryRun ? MaintenanceWords.PreviewStopped : MaintenanceWords.Stopped,
        GarbagePhase.Failed => run.IsDryRun ? MaintenanceWords.PreviewFailed : MaintenanceWords.Failed,
        _ when run.IsDryRun => run.Blobs == 0 ? MaintenanceWords.PreviewNothing : MaintenanceWords.PreviewFreed.With(ByteSize.Format(run.Bytes)),
        _ => run.Blobs == 0 ? MaintenanceWords.DoneNothing : MaintenanceWords.Done.With(ByteSize.Format(run.Bytes)),
    };

    public static string Left(GarbageRun run) =>
        (run.LeftInAll > run.Left.Count ? MaintenanceWords.LeftFirst : MaintenanceWords.Left).With(run.LeftInAll, run.Left.Count);

    public static string Purging(UploadPurgingConfiguration purging)
    {
        if (!purging.Enabled)
        {
            return MaintenanceWords.PurgingOff;
        }

        var text = purging.DryRun ? MaintenanceWords.PurgingLogged : MaintenanceWords.PurgingRemoved;
        return text.With(HealthText.Span(purging.Interval), HealthText.Span(purging.Age));
    }

    public static string Number(int number) => number.ToString("N0", Language.Current.Culture);
}
