using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Portal.Storage.Reasons;

namespace Portal.Registry.Configuration;

/// <summary>What came of loading.</summary>
/// <param name="Configuration">The tree; null when a problem is an error.</param>
/// <param name="Problems">Everything found, in the file's order.</param>
public sealed record ConfigurationResult(
    RegistryConfiguration? Configuration, IReadOnlyList<ConfigurationProblem> Problems)
{
    /// <summary>
    /// The tree with defaults in place of what is wrong: to show, never to start with. Null when the text cannot be read at all.
    /// </summary>
    public RegistryConfiguration? Draft { get; init; }

    /// <summary>The text as it was read, without the environment's variables; empty when it could not be read.</summary>
    public string Text { get; init; } = "";

    /// <summary>What counts, as YAML with the origin of each value behind it and secrets masked; empty without a tree.</summary>
    public string Effective { get; init; } = "";
}

/// <summary>From a file and the environment to the typed tree, with every problem at once.</summary>
public static class ConfigurationLoader
{
    /// <summary>The longest file that is read, in bytes: some hundred times a long one.</summary>
    public const int MaxFileSize = 1024 * 1024;

    /// <summary>The environment variable that names the file when the command line does not.</summary>
    public const string PathVariable = "REGISTRY_CONFIGURATION_PATH";

    /// <summary><see cref="RegistryConfiguration.Default"/>, as a file would say it, so that variables can change it.</summary>
    private const string NoFile = """
        version: 0.1
        storage:
          filesystem: {rootdirectory: ./data}
          delete: {enabled: true}
        """;

    /// <summary>Loads the file, then lays the <c>REGISTRY_*</c> variables over it.</summary>
    /// <param name="path">The file; null for the configuration that counts without one.</param>
    /// <param name="environment">The environment's variables; others than <c>REGISTRY_*</c> are passed over.</param>
    public static ConfigurationResult Load(string? path, IReadOnlyDictionary<string, string> environment)
    {
        if (path is null)
        {
            return Parse(NoFile, file: null, environment);
        }

        try
        {
            var problems = new ConfigurationProblems(path);
            return ReadText(path, problems) is { } text
                ? Parse(text, path, environment)
                : new ConfigurationResult(null, problems.InOrder());
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Unreadable(path, new Reason(YamlProblem.NoSuchFile, $"there is no such file"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Unreadable(path, new Reason(YamlProblem.Unreadable, $"cannot be read: {exception.Message}"));
        }
    }

    /// <summary>As <see cref="Load"/>, from text that is not, or not yet, in a file.</summary>
    /// <param name="text">YAML in the format of <c>config.yml</c>.</param>
    /// <param name="file">How problems name the text; null for no name.</param>
    /// <param name="environment">The environment's variables.</param>
    public static ConfigurationResult Parse(
        string text, string? file, IReadOnlyDictionary<string, string> environment)
    {
        var problems = new ConfigurationProblems(file);
        if (ConfigurationParser.ParseFile(text, problems) is not { } root)
        {
            return new ConfigurationResult(null, problems.InOrder());
        }

        ChoiceSections.Expand(root);
        EnvironmentOverrides.Apply(root, environment, problems);
        WrittenKeys.Check(root, problems);
        var configuration = RegistryConfiguration.Read(new SectionReader(root, problems));
        return new ConfigurationResult(problems.HasErrors ? null : configuration, problems.InOrder())
        {
            Draft = configuration,
            Text = text,
            Effective = EffectiveYaml.Write(root, file is not null),
        };
    }

    /// <summary>What counts once file, variables and defaults are laid over each other, value by value, secrets masked.</summary>
    /// <inheritdoc cref="Parse" path="/param"/>
    /// <returns>None for a text that is no YAML.</returns>
    public static IReadOnlyList<EffectiveValue> Effective(string text, string? file, IReadOnlyDictionary<string, string> environment)
    {
        var problems = new ConfigurationProblems(file);
        if (ConfigurationParser.ParseFile(text, problems) is not { } root)
        {
            return [];
        }

        ChoiceSections.Expand(root);
        EnvironmentOverrides.Apply(root, environment, problems);
        return [.. EffectiveYaml.Values(root, file is not null)];
    }

    /// <summary>Null, with a problem, when the file is too long or no text.</summary>
    private static string? ReadText(string path, ConfigurationProblems problems)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[MaxFileSize + 1];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var content = bytes.AsSpan(0, Math.Min(length, MaxFileSize));
        content = content.StartsWith(Encoding.UTF8.Preamble) ? content[Encoding.UTF8.Preamble.Length..] : content;
        var valid = LengthOfText(content);
        var text = Encoding.UTF8.GetString(content[..valid]);
        if (length > MaxFileSize)
        {
            problems.Error("", Origin.At(text, text.Length), YamlProblem.TooLong, $"is longer than {MaxFileSize / 1024} KiB, which end here; give a smaller file");
            return null;
        }

        if (valid < content.Length)
        {
            problems.Error("", Origin.At(text, text.Length), YamlProblem.NotUtf8, $"is not UTF-8 text from here on; give a YAML file");
            return null;
        }

        return text;
    }

    /// <summary>Bytes up to the first that is no UTF-8.</summary>
    private static int LengthOfText(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            return bytes.Length;
        }

        var position = 0;
        while (Rune.DecodeFromUtf8(bytes[position..], out _, out var length) is OperationStatus.Done)
        {
            position += length;
        }

        return position;
    }

    private static ConfigurationResult Unreadable(string path, Reason reason) =>
        new(null, [new("", null, null, null, reason, ConfigurationSeverity.Error) { File = path }]);
}
