namespace Portal.Registry.Configuration;

/// <summary>What YamlDotNet says of text that is not YAML, in words that tell what to do.</summary>
internal static class YamlMistakes
{
    private static readonly (string Said, string Meant)[] Words =
    [
        ("expected ',' or ']'", "a list that began with \"[\" is not closed before this; write \"]\" at its end"),
        ("expected ',' or '}'", "a section that began with \"{\" is not closed before this; write \"}\" at its end"),
        ("quoted scalar, found unexpected end", "a value that begins with this quote has none at its end; write it"),
        ("quoted scalar, found unexpected document", "a value that begins with this quote has none at its end; write it"),
        ("unknown escape character", "the backslash begins no escape of YAML; put the value in single quotes"),
        ("found invalid mapping", "a value holds a colon and a blank; put it in quotes"),
        ("did not find expected key", "this line does not fit those above it; write \"key: value\", indented as its neighbours"),
        ("could not find expected ':'", "a colon is missing behind the key; write \"key: value\""),
        ("expected '-' indicator", "this line does not fit the list above it; begin it with \"- \", indented as its neighbours"),
        ("incompatible YAML document", "this is another version of YAML; remove the line that begins with \"%\""),
        ("cannot start any token", "a value begins with a character that YAML keeps for itself; put it in quotes"),
    ];

    /// <summary>The message in our words; as it is when there are none for it.</summary>
    public static string Explain(string message)
    {
        var (_, meant) = Array.Find(Words, words => message.Contains(words.Said, StringComparison.OrdinalIgnoreCase));
        return meant ?? message.TrimEnd('.');
    }
}
