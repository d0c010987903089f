using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Storage.Accounts;

/// <summary>
/// Which repositories a rule is about: a name, in which <c>*</c> stands for any characters between two slashes, and
/// <c>**</c> as a whole component for any number of components: <c>team-a/**</c> is all below <c>team-a</c>, <c>**/app</c>
/// each <c>app</c>, <c>**</c> is all.
/// </summary>
public sealed record RepositoryPattern
{
    private const int MaxLength = 255;

    // Each one multiplies the ways in which a name can be tried.
    private const int MaxDoubleStars = 2;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-/*");

    private RepositoryPattern(string text) => Text = text;

    /// <summary>Every repository.</summary>
    public static RepositoryPattern All { get; } = new("**");

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>No star in it: it is one repository's name.</summary>
    public bool IsExact => !Text.Contains('*', StringComparison.Ordinal);

    /// <summary>One repository alone.</summary>
    public static RepositoryPattern Exactly(RepositoryName name) => new(name.ToString());

    /// <exception cref="FormatException">The text is no pattern; the message says why.</exception>
    public static RepositoryPattern Parse(string text)
    {
        return TryParse(text, out var pattern, out var problem) ? pattern : throw new FormatException(problem.ToString());
    }

    /// <param name="problem">What is wrong with the text, and what to write instead.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out RepositoryPattern? pattern, [NotNullWhen(false)] out Reason? problem)
    {
        pattern = null;
        problem = FindProblem(text);
        if (problem is not null)
        {
            return false;
        }

        pattern = new RepositoryPattern(text);
        return true;
    }

    /// <summary>Whether the repository is one of those. Allocates nothing.</summary>
    public bool Matches(ReadOnlySpan<char> name) => Matches(Text, name);

    public override string ToString() => Text;

    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        while (!pattern.IsEmpty)
        {
            var part = TakeComponent(ref pattern);
            if (name.IsEmpty)
            {
                return false;
            }

            if (part is "**")
            {
                return pattern.IsEmpty || MatchesSomewhere(pattern, name);
            }

            if (!MatchesComponent(part, TakeComponent(ref name)))
            {
                return false;
            }
        }

        return name.IsEmpty;
    }

    /// <summary>Whether the rest of a name, from any of its components on, is what the pattern says.</summary>
    private static bool MatchesSomewhere(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        while (!name.IsEmpty)
        {
            if (Matches(pattern, name))
            {
                return true;
            }

            TakeComponent(ref name);
        }

        return false;
    }

    /// <summary>Greedy with one place to go back to, which is enough for stars: time is at most the product of the lengths.</summary>
    private static bool MatchesComponent(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        var (at, star, taken) = (0, -1, 0);
        for (var index = 0; index < text.Length;)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                (star, taken) = (at++, index);
            }
            else if (at < pattern.Length && pattern[at] == text[index])
            {
                at++;
                index++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                index = ++taken;
            }
            else
            {
                return false;
            }
        }

        return pattern[at..].Trim('*').IsEmpty;
    }

    private static ReadOnlySpan<char> TakeComponent(ref ReadOnlySpan<char> path)
    {
        var slash = path.IndexOf('/');
        var component = slash < 0 ? path : path[..slash];
        path = slash < 0 ? default : path[(slash + 1)..];
        return component;
    }

    /// <returns>What is wrong with the text, and what to write instead; null when it is a pattern.</returns>
    public static Reason? FindProblem(string text)
    {
        if (text.Length is 0 or > MaxLength)
        {
            return new Reason(PatternProblem.Length, $"a pattern has 1 to {MaxLength} characters; write ** for all repositories");
        }

        if (text.AsSpan().IndexOfAnyExcept(Allowed) is var position and >= 0)
        {
            var odd = text[position];
            return char.IsControl(odd)
                ? new Reason(PatternProblem.ControlCharacter, $"a pattern holds no control characters")
                : new Reason(PatternProblem.OddCharacter, $"'{odd}' is in no repository's name; a pattern has small letters, digits, '.', '_', '-', '/' and '*'");
        }

        var components = text.Split('/');
        if (components.Contains(""))
        {
            return new Reason(PatternProblem.EmptyComponent, $"a pattern has a text before and behind each slash");
        }

        if (components.Any(component => component != "**" && component.Contains("**", StringComparison.Ordinal)))
        {
            return new Reason(
                PatternProblem.StarsInText, $"** stands between slashes alone, as in team/**; one * stands for any characters without a slash");
        }

        return components.Count(component => component == "**") > MaxDoubleStars
            ? new Reason(PatternProblem.TooManyStars, $"a pattern holds ** at most {MaxDoubleStars} times")
            : null;
    }
}
