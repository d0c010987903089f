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
        ("did not find expected node content", new Reason(YamlProblem.NothingThere, $"While parsing a node, did not find expected node content")),
        ("block sequence entries are not allowed", new Reason(YamlProblem.NoPlaceForEntry, $"Block sequence entries are not allowed in this context")),
        ("mapping values are not allowed", new Reason(YamlProblem.NoPlaceForValue, $"Mapping values are not allowed in this context")),
        ("did not find expected <document start>", new Reason(YamlProblem.NoDocument, $"Did not find expected <document start>")),
    ];

    /// <summary>The message in our words; as it is when there are none for it.</summary>
    public static Reason Explain(string message)
    {
        var (_, meant) = Array.Find(Words, words => message.Contains(words.Said, StringComparison.OrdinalIgnoreCase));
        return meant ?? new Reason(YamlProblem.Other, $"{message.TrimEnd('.')}");
    }
}
