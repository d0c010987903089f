using Portal.Registry;
using Portal.Registry.Configuration;
using Portal.Storage.Maintenance;

namespace Portal.Web.Commands;

/// <summary><c>garbage-collect [options] config.yml</c>: removes what nothing refers to from a storage that nobody writes to, as upstream's command does.</summary>
public static class GarbageCollectCommand
{
    private static readonly TimeSpan CachePatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CachePace = TimeSpan.FromMilliseconds(50);

    /// <returns>An <see cref="ExitStatus"/>.</returns>
    public static async Task<int> RunAsync(
        GarbageCollectArguments arguments,
        string? configurationPath,
        IReadOnlyDictionary<string, string> environment,
        TextWriter output,
        TextWriter error,
        CancellationToken cancellationToken)
    {
        var loaded = ConfigurationLoader.Load(configurationPath, environment);
        foreach (var problem in loaded.Problems)
        {
            await error.WriteLineAsync(problem.ToString());
        }

        if (loaded.Configuration is not { } configuration)
        {
            return ExitStatus.Unusable;
        }

        try
        {
            await using var content = new RegistryContent(configuration, TimeProvider.System);
            await CollectAsync(content, arguments, output, error, cancellationToken);
            return ExitStatus.Done;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            await error.WriteLineAsync(exception.Message);
            return ExitStatus.Failed;
        }
    }

    private static async Task CollectAsync(
        RegistryContent content, GarbageCollectArguments arguments, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        if (!await content.IsCacheThereAsync(CachePatience, CachePace, cancellationToken))
        {
            await error.WriteLineAsync("Redis does not answer, and keeps what is removed here: remove its keys repository::* before the registry starts again");
        }

        // Without a grace even what bears a time to come is old enough: nobody writes, and clocks may have been wrong.
        var before = arguments.Grace == TimeSpan.Zero ? DateTimeOffset.MaxValue : TimeProvider.System.GetUtcNow() - arguments.Grace;
        var collector = new GarbageCollector(content.Driver, content.Registry, content.Locks.EnterAsync);
        using var collection = content.Registry.Blobs.Links.TryBegin(arguments.Grace)!;
        var (marked, blobs, manifests, bytes) = (0L, 0, 0, 0L);
        await foreach (var step in collector.CollectAsync(
            collection, new GarbageOptions(arguments.IsDryRun, arguments.DeletesUntagged, before), cancellationToken))
        {
            switch (step.Kind)
            {
                case GarbageStepKind.Left:
                    await error.WriteLineAsync($"{step.Repository}: left as it is: {step.Reason}");
                    break;
                case GarbageStepKind.Marked:
                    marked = step.Bytes;
                    break;
                case GarbageStepKind.ManifestRemoved:
                    manifests++;
                    break;
                case GarbageStepKind.BlobFound:
                    blobs++;
                    bytes += step.Bytes;
                    break;
            }

            var line = step.Kind switch
            {
                GarbageStepKind.Repository => step.Repository,
                GarbageStepKind.ManifestRemoved => $"manifest eligible for deletion: {step.Digest}",
                GarbageStepKind.ManifestMarked => $"{step.Repository}: marking manifest {step.Digest}",
                GarbageStepKind.BlobMarked => $"{step.Repository}: marking blob {step.Digest}",
                GarbageStepKind.LinkRemoved => $"{step.Repository}: layer link eligible for deletion: {step.Digest}",
                GarbageStepKind.Sweep =>
                    $"{Environment.NewLine}{marked} blobs marked, {blobs} blobs and {manifests} manifests eligible for deletion ({bytes} bytes)",
                GarbageStepKind.BlobRemoved => $"blob eligible for deletion: {step.Digest}",
                _ => null,
            };
            if (line is not null && !arguments.IsQuiet)
            {
                await output.WriteLineAsync(line);
            }
        }
    }
}
