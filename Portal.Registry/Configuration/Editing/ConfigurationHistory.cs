using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Portal.Storage.Reasons;

namespace Portal.Registry.Configuration.Editing;

/// <summary>A configuration that was in force, or was meant to be.</summary>
/// <param name="Number">From 1, in the order of saving.</param>
/// <param name="Author">Who saved it; null when nobody was signed in, or it was found.</param>
/// <param name="SavedAt">When.</param>
/// <param name="Comment">What the author said of it; empty for nothing.</param>
public sealed record ConfigurationVersion(int Number, string? Author, DateTimeOffset SavedAt, Reason Comment);

/// <summary>
/// Every text that was saved, as a file and a note beside it: <c>000001.yml</c> and <c>000001.json</c>. They hold secrets,
/// so their owner alone may read them. They lie beside the database rather than in it, since it may be deleted and its
/// place is itself configured. The oldest beyond <see cref="Kept"/> go.
/// </summary>
/// <param name="folder">Made at the first save.</param>
public sealed class ConfigurationHistory(string folder, TimeProvider time)
{
    /// <summary>How many versions are kept.</summary>
    public const int Kept = 500;

    /// <summary>The longest comment, in characters.</summary>
    public const int CommentLength = 1000;

    private readonly Lock _turn = new();

    /// <summary>The versions, newest first. What cannot be read as one is passed over.</summary>
    public IReadOnlyList<ConfigurationVersion> Versions()
    {
        lock (_turn)
        {
            return [.. Numbers().OrderDescending().Select(Note)];
        }
    }

    /// <summary>One version; null when it is not kept.</summary>
    public ConfigurationVersion? Find(int number)
    {
        lock (_turn)
        {
            return File.Exists(PathOf(number, "yml")) ? Note(number) : null;
        }
    }

    /// <summary>The text of a version; null when it is not kept.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public string? Read(int number)
    {
        var path = PathOf(number, "yml");
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    /// <summary>Keeps a text as the newest version.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public ConfigurationVersion Add(string text, string? author, Reason comment)
    {
        lock (_turn)
        {
            PrivateFile.CreateFolder(folder);
            var numbers = Numbers().Order().ToList();
            var version = new ConfigurationVersion(numbers.LastOrDefault() + 1, author, time.GetUtcNow(), comment.Within(CommentLength));
            PrivateFile.Write(PathOf(version.Number, "yml"), Encoding.UTF8.GetBytes(text));
            PrivateFile.Write(
                PathOf(version.Number, "json"),
                JsonSerializer.SerializeToUtf8Bytes(
                    new KeptNote(version.Number, author, version.SavedAt, KeptReason.Write(version.Comment)), ConfigurationHistoryJson.Default.KeptNote));
            foreach (var old in numbers.Take(numbers.Count + 1 - Kept))
            {
                File.Delete(PathOf(old, "yml"));
                File.Delete(PathOf(old, "json"));
            }

            return version;
        }
    }

    /// <summary>Keeps a text that was found, unless it is the newest version already.</summary>
    /// <inheritdoc cref="Add" path="/exception"/>
    public void AddFound(string text)
    {
        var newest = Numbers().DefaultIfEmpty().Max();
        if (newest == 0 || Read(newest) != text)
        {
            Add(text, author: null, newest == 0
                ? new Reason(VersionNote.Found, $"found at the first save")
                : new Reason(VersionNote.ChangedElsewhere, $"changed outside the editor"));
        }
    }

    private IEnumerable<int> Numbers() => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*.yml")
            .Select(path => int.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)
            .Where(number => number > 0)
        : [];

    private ConfigurationVersion Note(int number)
    {
        try
        {
            if (JsonSerializer.Deserialize(File.ReadAllBytes(PathOf(number, "json")), ConfigurationHistoryJson.Default.KeptNote) is { } note)
            {
                return new ConfigurationVersion(number, note.Author, note.SavedAt, KeptReason.Read(note.Comment) ?? Reason.Plain(""));
            }
        }
        catch (Exception exception) when (exception is JsonException or IOException)
        {
            // A crash between text and note: the text is still there to bring back.
        }

        return new ConfigurationVersion(number, null, File.GetLastWriteTimeUtc(PathOf(number, "yml")), Reason.Plain(""));
    }

    private string PathOf(int number, string extension) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{number:D6}.{extension}"));
}

/// <summary>A version's note as it lies beside its text.</summary>
/// <param name="Comment">As <see cref="KeptReason"/> writes it.</param>
internal sealed record KeptNote(int Number, string? Author, DateTimeOffset SavedAt, string? Comment);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(KeptNote))]
internal sealed partial class ConfigurationHistoryJson : JsonSerializerContext;
