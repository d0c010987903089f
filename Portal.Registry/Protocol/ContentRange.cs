using System.Globalization;

namespace Portal.Registry.Protocol;

/// <summary>An inclusive range of bytes.</summary>
public readonly record struct ContentRange(long First, long Last)
{
    public long Length => Last - First + 1;

    /// <summary>Parses a chunk's <c>Content-Range</c>: <c>first-last</c>; also <c>bytes first-last/size</c>, as HTTP has it.</summary>
    public static bool TryParseChunk(ReadOnlySpan<char> text, out ContentRange range)
    {
        range = default;
        text = text.Trim();
        if (text.StartsWith("bytes", StringComparison.OrdinalIgnoreCase))
        {
            text = text["bytes".Length..].TrimStart(" =");
        }

        var slash = text.IndexOf('/');
        text = slash < 0 ? text : text[..slash];
        var dash = text.IndexOf('-');
        if (dash < 0 || !WholeNumber.TryParse(text[..dash], out long first) || !WholeNumber.TryParse(text[(dash + 1)..], out long last) || last < first)
        {
            return false;
        }

        range = new ContentRange(first, last);
        return true;
    }

    /// <summary>Parses a <c>Range</c> header (RFC 9110, 14.1.2) against content of a size.</summary>
    /// <param name="range">What to send; null to send all.</param>
    /// <returns>False when the range is well formed but cannot be satisfied.</returns>
    /// <remarks>Several ranges, other units and malformed text are ignored, as the RFC lets a server do.</remarks>
    public static bool TrySatisfy(string? header, long size, out ContentRange? range)
    {
        range = null;
        var text = header.AsSpan().Trim();
        if (!text.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase) || text.Contains(','))
        {
            return true;
        }

        text = text["bytes=".Length..].Trim();
        var dash = text.IndexOf('-');
        if (dash < 0)
        {
            return true;
        }

        var start = text[..dash].Trim();
        var end = text[(dash + 1)..].Trim();
        if (start.IsEmpty)
        {
            if (!WholeNumber.TryParse(end, out long suffix))
            {
                return true;
            }

            range = new ContentRange(Math.Max(0, size - suffix), size - 1);
            return suffix > 0 && size > 0;
        }

        var last = long.MaxValue;
        if (!WholeNumber.TryParse(start, out long first) || (!end.IsEmpty && (!WholeNumber.TryParse(end, out last) || last < first)))
        {
            return true;
        }

        range = new ContentRange(first, Math.Min(last, size - 1));
        return first < size;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");
}
