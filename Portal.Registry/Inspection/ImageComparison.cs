using Portal.Storage.Oci;

namespace Portal.Registry.Inspection;

/// <summary>What differs between two images, from what is written in their manifests and configs.</summary>
/// <param name="Settings">How containers are started: entrypoint, user and so on.</param>
/// <param name="Shared">Layers of both, in the order of the second.</param>
public sealed record ImageComparison(
    IReadOnlyList<Difference> Settings,
    IReadOnlyList<Difference> Environment,
    IReadOnlyList<Difference> Labels,
    IReadOnlyList<Difference> Annotations,
    IReadOnlyList<Descriptor> Shared,
    IReadOnlyList<Descriptor> OnlyBefore,
    IReadOnlyList<Descriptor> OnlyAfter)
{
    /// <summary>How much larger the second is, in bytes; negative when it is smaller.</summary>
    public required long SizeDifference { get; init; }

    /// <summary>Whether configs and layers are the same in all that is compared.</summary>
    public bool IsEmpty => Settings.Count + Environment.Count + Labels.Count + Annotations.Count + OnlyBefore.Count + OnlyAfter.Count == 0;

    public static ImageComparison Of(ImageInspection before, ImageInspection after)
    {
        var (ours, theirs) = (before.Layers.Select(layer => layer.Digest).ToHashSet(), after.Layers.Select(layer => layer.Digest).ToHashSet());
        return new ImageComparison(
            [.. Difference.Between(SettingsOf(before.Config), SettingsOf(after.Config))],
            [.. Difference.Between(EnvironmentOf(before.Config), EnvironmentOf(after.Config))],
            [.. Difference.Between(Pairs(before.Config?.Config?.Labels), Pairs(after.Config?.Config?.Labels))],
            [.. Difference.Between(Pairs(before.Manifest.Annotations), Pairs(after.Manifest.Annotations))],
            [.. after.Layers.Where(layer => ours.Contains(layer.Digest))],
            [.. before.Layers.Where(layer => !theirs.Contains(layer.Digest))],
            [.. after.Layers.Where(layer => !ours.Contains(layer.Digest))])
        {
            SizeDifference = after.Size - before.Size,
        };
    }

    private static Dictionary<string, string> SettingsOf(ImageConfig? config)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        if (config is null)
        {
            return settings;
        }

        var run = config.Config;
        Add("Platform", new Platform { Os = config.Os, Architecture = config.Architecture, Variant = config.Variant }.ToString());
        Add("Entrypoint", CommandText.Of(run?.Entrypoint));
        Add("Command", CommandText.Of(run?.Cmd));
        Add("Working directory", run?.WorkingDir);
        Add("User", run?.User);
        Add("Ports", CommandText.Keys(run?.ExposedPorts));
        Add("Volumes", CommandText.Keys(run?.Volumes));
        Add("Stop signal", run?.StopSignal);
        Add("Shell", CommandText.Of(run?.Shell));
        Add("Health check", CommandText.Of(run?.Healthcheck?.Test));
        Add("Author", config.Author);
        return settings;

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                settings[name] = value;
            }
        }
    }

    private static Dictionary<string, string> EnvironmentOf(ImageConfig? config)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var assignment in config?.Config?.Env ?? [])
        {
            var (name, value) = CommandText.Split(assignment);
            values[name] = value;
        }

        return values;
    }

    private static Dictionary<string, string> Pairs(IReadOnlyDictionary<string, string>? pairs) => new(pairs ?? new Dictionary<string, string>(), StringComparer.Ordinal);
}
