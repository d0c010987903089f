using Portal.Storage.Reasons;

namespace Portal.Registry.Configuration;

/// <summary>What YamlDotNet says of text that is not YAML, in words that tell what to do.</summary>
internal static class YamlMistakes
{
    private static readonly (string Said, Reason Meant)[] Words =
    [
        ("expected ',' or ']'", new Reason(YamlProblem.ListNotClosed, $"a list that began with \"[\" is not closed before this; write \"]\" at its end")),
        ("expected ',' or '}'", new Reason(YamlProblem.SectionNotClosed, $"a section that began with \"{{\" is not closed before this; write \"}}\" at its end")),
        ("quoted scalar, found unexpected end", new Reason(YamlProblem.QuoteNotClosed, $"a value that begins with this quote has none at its end; write it")),
        ("quoted scalar, found unexpected document", new Reason(YamlProblem.QuoteNotClosed, $"a value that begins with this quote has none at its end; write it")),
        ("unknown escape character", new Reason(YamlProblem.Escape, $"the backslash begins no escape of YAML; put the value in single quotes")),
        ("found invalid mapping", new Reason(YamlProblem.ColonInValue, $"a value holds a colon and a blank; put it in quotes")),
        ("did not find expected key", new Reason(YamlProblem.LineDoesNotFit, $"this line does not fit those above it; write \"key: value\", indented as its neighbours")),
        ("could not find expected ':'", new Reason(YamlProblem.ColonMissing, $"a colon is missing behind the key; write \"key: value\"")),
        ("expected '-' indicator", new Reason(YamlProblem.EntryDoesNotFit, $"this line does not fit the list above it; begin it with \"- \", indented as its neighbours")),
        ("incompatible YAML document", new Reason(YamlProblem.OtherVersion, $"this is another version of YAML; remove the line that begins with \"%\"")),
        ("cannot start any token", new Reason(YamlProblem.ReservedCharacter, $"a value begins with a character that YAML keeps for itself; put it in quotes")),
        ("did not find expected node content", new Reason(YamlProblem.NothingThere, $"what is open above is not closed, or a value is missing here; write what is missing, and put a value in quotes that begins with a comma or a bracket")),
        ("block sequence entries are not allowed", new Reason(YamlProblem.NoPlaceForEntry, $"an entry of a list cannot begin here; write \"- \" on a line of its own, indented as its neighbours")),
        ("mapping values are not allowed", new Reason(YamlProblem.NoPlaceForValue, $"a key cannot stand here; put a value that holds a colon in quotes, or write the key on a line of its own, indented as its neighbours")),
        ("did not find expected <document", new Reason(YamlProblem.NoDocument, $"the configuration ends before this line; indent it as those above it, or remove it")),
    ];

    /// <summary>The message in our words; as it is when there are none for it.</summary>
    public static Reason Explain(string message)
    {
        var (_, meant) = Array.Find(Words, words => message.Contains(words.Said, StringComparison.OrdinalIgnoreCase));
        return meant ?? new Reason(YamlProblem.Other, $"{message.TrimEnd('.')}");
    }
}
