using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Registry.Notifications;

/// <summary>A tag, in which <c>*</c> stands for any characters: <c>v*</c>, <c>*-rc*</c>, <c>latest</c>.</summary>
public sealed record TagPattern
{
    private TagPattern(string text) => Text = text;

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <param name="problem">What is wrong with the text, and what to write instead.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out TagPattern? pattern, [NotNullWhen(false)] out Reason? problem)
    {
        // Each star may stand for a letter, at the beginning too.
        var isPattern = Tag.TryParse(text.Replace('*', 'a'), out _);
        pattern = isPattern ? new TagPattern(text) : null;
        problem = isPattern ? null : new Reason(PatternProblem.OfTags, $"a pattern of tags has 1 to {Tag.MaxLength} letters, digits, '.', '_', '-' and '*', and does not begin with '.' or '-'");
        return isPattern;
    }

    /// <summary>Whether the tag is one of those. Allocates nothing.</summary>
    public bool Matches(ReadOnlySpan<char> tag) => FileSystemName.MatchesSimpleExpression(Text, tag, ignoreCase: false);

    public override string ToString() => Text;
}
