namespace Portal.Registry.Inspection.Attachments;

/// <summary>Text of strangers' documents, at a length that a person reads and a page can show.</summary>
internal static class ClaimText
{
    /// <summary>Characters that are kept.</summary>
    public const int MaxLength = 1000;

    public static string Cut(string text, int length = MaxLength)
    {
        if (text.Length <= length)
        {
            return text;
        }

        // A character of two halves is not cut in its middle.
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length), "…");
    }
}
