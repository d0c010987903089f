using System.Globalization;
using System.Text.RegularExpressions;

namespace Portal.Registry.Configuration.Editing;

/// <summary>
/// Finds the secrets that comments tell, on lines of their own or behind a value: what stands behind a secret's name, with
/// the commented lines of a text that begins there; passwords within addresses; and what an <c>Authorization</c> is made of.
/// </summary>
internal sealed partial class SecretComments
{
    private readonly YamlText _yaml;
    private readonly List<(int Start, int End)> _scalars;
    private readonly List<SecretSpot> _spots = [];

    private SecretComments(YamlText yaml)
    {
        _yaml = yaml;
        _scalars = [.. Scalars(yaml.Root).Order()];
    }

    /// <summary>In the order of the text. One of several that are told in the same words is known by its place among them.</summary>
    public static IEnumerable<SecretSpot> In(YamlText yaml)
    {
        var comments = new SecretComments(yaml);
        comments.Look();
        return comments._spots.GroupBy(spot => spot.Path).SelectMany(same => same.Count() == 1
            ? same
            : same.Select((spot, index) => spot with { Path = string.Create(CultureInfo.InvariantCulture, $"{spot.Path} {index}/{same.Count()}") }));
    }

    private void Look()
    {
        for (var start = 0; start < _yaml.Text.Length;)
        {
            var next = _yaml.LineEnd(start);
            var end = start + _yaml.Text.AsSpan(start..next).TrimEnd().Length;
            start = FindComment(start, end) is { } comment ? Math.Max(next, LookAt(comment, end)) : next;
        }
    }

    /// <returns>Where the line's comment begins; null when it has none.</returns>
    private int? FindComment(int start, int end)
    {
        for (var place = start; place < end; place++)
        {
            if (_yaml.Text[place] == '#' && (place == start || _yaml.Text[place - 1] is ' ' or '\t') && !IsWithinScalar(place))
            {
                return place;
            }
        }

        return null;
    }

    private bool IsWithinScalar(int place)
    {
        var index = _scalars.BinarySearch((place, int.MaxValue));
        return (index < 0 ? ~index : index) is > 0 and var behind && place < _scalars[behind - 1].End;
    }

    /// <returns>The first line that was not looked at.</returns>
    private int LookAt(int start, int end)
    {
        var comment = _yaml.Text[start..end];
        var named = SecretSpots.FindNamed(comment);
        var parts = SecretSpots.FindPasswords(comment).Concat(Credentials().Matches(comment).Select(match => match.Groups["password"]));
        var shown = named?.Index ?? comment.Length;
        foreach (var part in parts.Where(part => part.Index + part.Length <= shown).DistinctBy(part => part.Index).OrderBy(part => part.Index))
        {
            Add(start, part.Index, start + part.Index + part.Length);
        }

        if (named is null)
        {
            return end;
        }

        var last = BlockHeader().IsMatch(named.Value) ? EndOfBlock(start, comment.Length - comment.AsSpan(1).TrimStart().Length) : end;
        Add(start, named.Index, Math.Max(end, last));
        return _yaml.LineEnd(Math.Max(end, last) - 1);
    }

    private void Add(int comment, int offset, int end)
    {
        var start = comment + offset;
        var from = _spots.Count > 0 && _spots[^1].End > comment ? _spots[^1] : null;
        if (from is null || from.End <= start)
        {
            // Known by the words before it, those of another secret not counted.
            var path = from is null ? _yaml.Text[comment..start] : $"{from.Path}*{_yaml.Text[from.End..start]}";
            _spots.Add(new SecretSpot(SecretKind.Comment, path.Trim(), start, end, _yaml.Text[start..end]));
        }
    }

    /// <summary>Past the last commented line that is deeper than the one in which a text of several lines begins.</summary>
    private int EndOfBlock(int comment, int depth)
    {
        var end = comment;
        for (var start = _yaml.LineEnd(comment); start < _yaml.Text.Length; start = _yaml.LineEnd(start))
        {
            var line = _yaml.Text.AsSpan(start.._yaml.LineEnd(start)).TrimEnd();
            var text = line.TrimStart();
            if (!text.StartsWith("#") || (text.Length > 1 && text.Length - text[1..].TrimStart().Length <= depth))
            {
                break;
            }

            end = start + line.Length;
        }

        return end;
    }

    private static IEnumerable<(int Start, int End)> Scalars(YamlPiece? piece) => piece switch
    {
        null => [],
        { Kind: YamlKind.Scalar } => [(piece.Start, piece.End)],
        _ => piece.Entries.Select(entry => (entry.Start, entry.End))
            .Concat(piece.Entries.Select(entry => entry.Value).Concat(piece.Items).SelectMany(Scalars)),
    };

    [GeneratedRegex(@"\b(?:Bearer|Basic)[ \t]+(?<password>[^\s,\]""']+)", RegexOptions.IgnoreCase)]
    private static partial Regex Credentials();

    [GeneratedRegex(@"\A[|>][+-]?[0-9]?[+-]?\z")]
    private static partial Regex BlockHeader();
}
