using System.Buffers;

namespace Portal.Storage.Tags;

/// <summary>
/// The order of tags as people count: <c>1.9</c> before <c>1.10</c>, <c>2.0.0-rc.1</c> before <c>2.0.0</c> (Semantic
/// Versioning 2.0.0, "Precedence", as far as tags follow it); what is no version comes behind, in ordinal order.
/// </summary>
public static class TagOrder
{
    private static readonly SearchValues<char> OfVersions = SearchValues.Create("0123456789.");

    /// <returns>Below zero when <paramref name="first"/> comes first; zero only for the same text.</returns>
    public static int Compare(string first, string second)
    {
        var (isFirst, isSecond) = (IsVersion(first), IsVersion(second));
        var order = (isFirst, isSecond) switch
        {
            (true, true) => CompareVersions(WithoutPrefix(first), WithoutPrefix(second)),
            (false, false) => 0,
            _ => isFirst ? -1 : 1,
        };
        return order != 0 ? order : string.CompareOrdinal(first, second);
    }

    private static bool IsVersion(string tag) => WithoutPrefix(tag) is [>= '0' and <= '9', ..] text && Core(text).IndexOfAnyExcept(OfVersions) < 0;

    private static ReadOnlySpan<char> WithoutPrefix(string tag) => tag is ['v' or 'V', >= '0' and <= '9', ..] ? tag.AsSpan(1) : tag;

    /// <summary>Up to what makes it a preliminary version or a variant.</summary>
    private static ReadOnlySpan<char> Core(ReadOnlySpan<char> version) => version.IndexOfAny('-', '_') is >= 0 and var end ? version[..end] : version;

    private static int CompareVersions(ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        var coreOfFirst = Core(first);
        var coreOfSecond = Core(second);
        var order = CompareParts(coreOfFirst, coreOfSecond);
        if (order != 0)
        {
            return order;
        }

        // 1.0-rc.1 before 1.0.
        var rest = first[coreOfFirst.Length..];
        var other = second[coreOfSecond.Length..];
        return rest.IsEmpty || other.IsEmpty ? other.Length.CompareTo(rest.Length) : CompareParts(rest[1..], other[1..]);
    }

    private static int CompareParts(ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        while (!first.IsEmpty && !second.IsEmpty)
        {
            var order = ComparePart(NextPart(ref first), NextPart(ref second));
            if (order != 0)
            {
                return order;
            }
        }

        return first.Length.CompareTo(second.Length);
    }

    private static ReadOnlySpan<char> NextPart(ref ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny(".-_");
        var part = end < 0 ? text : text[..end];
        text = end < 0 ? [] : text[(end + 1)..];
        return part;
    }

    private static int ComparePart(ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        var (isFirst, isSecond) = (IsNumber(first), IsNumber(second));
        if (isFirst && isSecond)
        {
            // Of any length: by digits, without parsing.
            var a = first.TrimStart('0');
            var b = second.TrimStart('0');
            return a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.SequenceCompareTo(b);
        }

        return isFirst != isSecond ? (isFirst ? -1 : 1) : first.SequenceCompareTo(second);
    }

    private static bool IsNumber(ReadOnlySpan<char> part) => !part.IsEmpty && part.IndexOfAnyExceptInRange('0', '9') < 0;
}
