using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Portal.Web.Api;

/// <summary>A part of a list.</summary>
internal sealed record ApiList<T>
{
    /// <summary>The rows, in the order that was asked for.</summary>
    public required IReadOnlyList<T> Items { get; init; }

    /// <summary>How many rows there are in all, as far as the one who asks may see them.</summary>
    public required long Total { get; init; }

    /// <summary>The value of the parameter next that asks for what follows; null at the end. The header Link has the whole address.</summary>
    public string? Next { get; init; }
}

/// <summary>Where a list goes on. Clients give it back as it is: what it holds may change.</summary>
internal static class ApiCursor
{
    private const string Prefix = "row ";
    private const string TextPrefix = "after ";
    private const int LongestText = 4096;

    /// <param name="skip">How many rows came before.</param>
    public static string Write(int skip) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{skip}")));

    /// <returns>False for what this never wrote.</returns>
    public static bool TryRead(string text, out int skip)
    {
        skip = 0;
        return text.Length is > 0 and <= 32
            && Base64Url.IsValid(text)
            && Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)) is var plain
            && plain.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(plain.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out skip)
            && skip > 0;
    }

    /// <param name="after">What the last row was, in a list that cannot count.</param>
    /// <returns>Null for one that is longer than <see cref="TryRead(string, out string)"/> takes, which is no name: the list ends there.</returns>
    public static string? Write(string after)
    {
        var bytes = Encoding.UTF8.GetBytes(TextPrefix + after);
        return Base64Url.GetEncodedLength(bytes.Length) <= LongestText ? Base64Url.EncodeToString(bytes) : null;
    }

    /// <returns>False for what this never wrote.</returns>
    public static bool TryRead(string text, [NotNullWhen(true)] out string? after)
    {
        after = text.Length is > 0 and <= LongestText
            && Base64Url.IsValid(text)
            && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)) is var plain
            && plain.StartsWith(TextPrefix, StringComparison.Ordinal)
            ? plain[TextPrefix.Length..]
            : null;
        return after is not null;
    }
}
