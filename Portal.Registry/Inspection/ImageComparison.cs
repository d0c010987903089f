using Portal.Storage.Oci;

namespace Portal.Registry.Inspection;

/// <summary>How containers of an image are started, and what it says of itself, in the order in which it is told.</summary>
public enum ImageSetting
{
    Author,
    Command,
    Entrypoint,
    HealthCheck,
    Platform,
    Ports,
    Shell,
    StopSignal,
    User,
    Volumes,
    WorkingDirectory,
}

/// <summary>A setting that two images do not have in common.</summary>
/// <param name="Before">Its value in the first; null when it has none.</param>
/// <param name="After">Its value in the second; null when it has none.</param>
public sealed record SettingDifference(ImageSetting Setting, string? Before, string? After);

/// <summary>What differs between two images, from what is written in their manifests and configs.</summary>
/// <param name="Shared">Layers of both, in the order of the second.</param>
public sealed record ImageComparison(
    IReadOnlyList<SettingDifference> Settings,
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
            [.. SettingsBetween(SettingsOf(before.Config), SettingsOf(after.Config))],
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

    private static IEnumerable<SettingDifference> SettingsBetween(Dictionary<ImageSetting, string> before, Dictionary<ImageSetting, string> after)
    {
        return before.Keys.Union(after.Keys).Order()
            .Select(setting => new SettingDifference(setting, before.GetValueOrDefault(setting), after.GetValueOrDefault(setting)))
            .Where(difference => difference.Before != difference.After);
    }

    private static Dictionary<ImageSetting, string> SettingsOf(ImageConfig? config)
    {
        var settings = new Dictionary<ImageSetting, string>();
        if (config is null)
        {
            return settings;
        }

        var run = config.Config;
        Add(ImageSetting.Platform, new Platform { Os = config.Os, Architecture = config.Architecture, Variant = config.Variant }.ToString());
        Add(ImageSetting.Entrypoint, CommandText.Of(run?.Entrypoint));
        Add(ImageSetting.Command, CommandText.Of(run?.Cmd));
        Add(ImageSetting.WorkingDirectory, run?.WorkingDir);
        Add(ImageSetting.User, run?.User);
        Add(ImageSetting.Ports, CommandText.Keys(run?.ExposedPorts));
        Add(ImageSetting.Volumes, CommandText.Keys(run?.Volumes));
        Add(ImageSetting.StopSignal, run?.StopSignal);
        Add(ImageSetting.Shell, CommandText.Of(run?.Shell));
        Add(ImageSetting.HealthCheck, CommandText.Of(run?.Healthcheck?.Test));
        Add(ImageSetting.Author, config.Author);
        return settings;

        void Add(ImageSetting setting, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                settings[setting] = value;
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
