using System.Text;

namespace Portal.Storage.Metadata;

/// <summary>A manifest's annotations and labels as text that can be searched: <c>key=value</c>, a line each.</summary>
/// <remarks>Both come from clients: what is no text is made spaces, and what is too much is left out.</remarks>
internal static class LabelText
{
    /// <summary>Characters that are kept of a manifest.</summary>
    public const int MaxLength = 4096;

    // One long value, a licence or a readme, must not keep the others out.
    private const int MaxLine = 1024;

    /// <summary>The annotations, then the labels that differ from them.</summary>
    public static string Of(IReadOnlyDictionary<string, string>? annotations, IReadOnlyDictionary<string, string>? labels)
    {
        var text = new StringBuilder();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in (annotations ?? Empty).Concat(labels ?? Empty))
        {
            var line = Clean($"{key}={value}");
            if (text.Length + line.Length + 1 <= MaxLength && seen.Add(line))
            {
                text.Append(text.Length > 0 ? "\n" : string.Empty).Append(line);
            }
        }

        return text.ToString();
    }

    private static IReadOnlyDictionary<string, string> Empty { get; } = new Dictionary<string, string>();

    private static string Clean(string line)
    {
        var length = Math.Min(line.Length, MaxLine);
        return string.Create(length, line, static (cleaned, text) =>
        {
            for (var index = 0; index < cleaned.Length; index++)
            {
                cleaned[index] = char.IsControl(text[index]) || IsHalf(text, index, cleaned.Length) ? ' ' : text[index];
            }
        });
    }

    /// <summary>Whether a surrogate's other half is missing, or was cut off.</summary>
    private static bool IsHalf(string text, int index, int length)
    {
        return char.IsHighSurrogate(text[index]) ? index + 1 >= length || !char.IsLowSurrogate(text[index + 1])
            : char.IsLowSurrogate(text[index]) && (index == 0 || !char.IsHighSurrogate(text[index - 1]));
    }
}
