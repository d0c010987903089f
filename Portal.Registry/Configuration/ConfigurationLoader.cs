using System.Text;

namespace Portal.Registry.Configuration;

/// <summary>What came of loading.</summary>
/// <param name="Configuration">The tree; null when a problem is an error.</param>
/// <param name="Problems">Everything found, in the file's order.</param>
public sealed record ConfigurationResult(
    RegistryConfiguration? Configuration, IReadOnlyList<ConfigurationProblem> Problems);

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
            return Parse(ReadText(path), path, environment);
        }
        catch (DecoderFallbackException)
        {
            return Unreadable(path, "is not UTF-8 text; give a YAML file");
        }
        catch (InvalidDataException exception)
        {
            return Unreadable(path, exception.Message);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Unreadable(path, "there is no such file");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Unreadable(path, $"cannot be read: {exception.Message}");
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
        var reader = new SectionReader(root, problems);
        var configuration = RegistryConfiguration.Read(reader);
        reader.ReportUnread();
        return new ConfigurationResult(problems.HasErrors ? null : configuration, problems.InOrder());
    }

    private static string ReadText(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[MaxFileSize + 1];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length > MaxFileSize)
        {
            throw new InvalidDataException($"is longer than {MaxFileSize / 1024} KiB; give a smaller file");
        }

        var content = bytes.AsSpan(0, length);
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        return strict.GetString(content.StartsWith(Encoding.UTF8.Preamble) ? content[Encoding.UTF8.Preamble.Length..] : content);
    }

    private static ConfigurationResult Unreadable(string path, string message) =>
        new(null, [new("", null, null, message, ConfigurationSeverity.Error) { File = path }]);
}
