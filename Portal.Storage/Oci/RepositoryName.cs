using Portal.Storage.Reasons;

namespace Portal.Storage.Oci;

/// <summary>
/// The name of a repository (OCI distribution 1.1, "Pulling manifests"): components of <c>[a-z0-9]+</c> groups that
/// are joined by <c>.</c>, <c>_</c>, <c>__</c> or any number of <c>-</c>; components joined by <c>/</c>; at most
/// <see cref="MaxLength"/> characters. A parsed name is safe as a relative path.
/// </summary>
public readonly record struct RepositoryName : IComparable<RepositoryName>
{
    public const int MaxLength = 255;

    private readonly string _text;

    private RepositoryName(string text)
    {
        _text = text;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out RepositoryName name)
    {
        name = default;
        if (!IsValid(text))
        {
            return false;
        }

        name = new RepositoryName(text.ToString());
        return true;
    }

    /// <exception cref="OciException">NAME_INVALID when the text breaks the grammar or the length.</exception>
    public static RepositoryName Parse(ReadOnlySpan<char> text)
    {
        return TryParse(text, out var name)
            ? name
            : throw new OciException(
                ErrorCode.NameInvalid,
                text.Length > MaxLength
                    ? new Reason(NameProblem.RepositoryTooLong, $"a repository name has at most 255 characters")
                    : new Reason(NameProblem.Repository, $"a repository name is made of a-z, 0-9 and single separators . _ __ - between them, in parts joined by /"),
                ("name", text.Length <= MaxLength ? text.ToString() : string.Concat(text[..MaxLength], "…")));
    }

    public int CompareTo(RepositoryName other)
    {
        return string.CompareOrdinal(_text, other._text);
    }

    public override string ToString()
    {
        return _text ?? string.Empty;
    }

    private static bool IsValid(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text.Length > MaxLength)
        {
            return false;
        }

        // One pass; between two alphanumerics stands nothing, or exactly one separator, or one slash.
        var position = 0;
        while (true)
        {
            var start = position;
            while (position < text.Length && (char.IsAsciiLetterLower(text[position]) || char.IsAsciiDigit(text[position])))
            {
                position++;
            }

            if (position == start)
            {
                return false;
            }

            if (position == text.Length)
            {
                return true;
            }

            switch (text[position])
            {
                case '/' or '.':
                    position++;
                    break;
                case '_':
                    position += position + 1 < text.Length && text[position + 1] == '_' ? 2 : 1;
                    break;
                case '-':
                    while (position < text.Length && text[position] == '-')
                    {
                        position++;
                    }

                    break;
                default:
                    return false;
            }
        }
    }

    public static bool operator <(RepositoryName left, RepositoryName right) => left.CompareTo(right) < 0;

    public static bool operator >(RepositoryName left, RepositoryName right) => left.CompareTo(right) > 0;

    public static bool operator <=(RepositoryName left, RepositoryName right) => left.CompareTo(right) <= 0;

    public static bool operator >=(RepositoryName left, RepositoryName right) => left.CompareTo(right) >= 0;
}
