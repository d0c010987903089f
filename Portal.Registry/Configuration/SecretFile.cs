using System.Text;
using Portal.Storage.Reasons;

namespace Portal.Registry.Configuration;

/// <summary>
/// A secret in a file that a variable names, as containers are given them:
/// <c>REGISTRY_HTTP_SECRET_FILE=/run/secrets/http</c> stands for <c>REGISTRY_HTTP_SECRET</c> with the file's content.
/// </summary>
internal static class SecretFile
{
    /// <summary>Bytes: more than any key or certificate has.</summary>
    private const int MaxSize = 64 * 1024;

    private const string Suffix = "_FILE";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The content without its last line break; null, with a problem, when it cannot be had.</summary>
    public static ScalarNode? Read(
        string variable, string path, IReadOnlyDictionary<string, string> environment, ConfigurationProblems problems)
    {
        var plain = variable[..^Suffix.Length];
        if (environment.Keys.FirstOrDefault(name => name.Equals(plain, StringComparison.OrdinalIgnoreCase)) is { } other)
        {
            problems.Error("", Origin.Of(variable), VariableProblem.SetTwice, $"{other} is set as well; keep one of the two");
            return null;
        }

        var shown = ConfigurationProblems.Cut(path);
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[MaxSize + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            var content = length > MaxSize ? "" : Utf8.GetString(bytes.AsSpan(0, length));
            content = content.EndsWith('\n') ? content[..^(content.EndsWith("\r\n", StringComparison.Ordinal) ? 2 : 1)] : content;
            if (length <= MaxSize && content.Length > 0)
            {
                return new ScalarNode(Origin.Of(variable), content, isPlain: false);
            }

            problems.Error("", Origin.Of(variable), length > MaxSize
                ? new Reason(VariableProblem.FileTooLong, $"the file \"{shown}\" is longer than {MaxSize / 1024} KiB; put the secret alone into it")
                : new Reason(VariableProblem.FileEmpty, $"the file \"{shown}\" is empty; put the secret alone into it"));
        }
        catch (DecoderFallbackException)
        {
            problems.Error("", Origin.Of(variable), VariableProblem.FileNoText, $"the file \"{shown}\" is not UTF-8 text; put the secret alone into it");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            problems.Error("", Origin.Of(variable), VariableProblem.FileMissing, $"there is no file \"{shown}\"");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problems.Error("", Origin.Of(variable), VariableProblem.FileUnreadable, $"the file \"{shown}\" cannot be read: {exception.Message}");
        }

        return null;
    }
}
