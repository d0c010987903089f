using System.Buffers;
using Portal.Storage.Reasons;

namespace Portal.Storage.Oci;

/// <summary>A tag (OCI distribution 1.1): <c>[A-Za-z0-9_][A-Za-z0-9._-]{0,127}</c>. Safe as one folder's name.</summary>
public readonly record struct Tag
{
    public const int MaxLength = 128;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    private readonly string _text;

    private Tag(string text)
    {
        _text = text;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out Tag tag)
    {
        tag = default;
        if (text.IsEmpty || text.Length > MaxLength || text[0] is '.' or '-' || text.ContainsAnyExcept(Allowed))
        {
            return false;
        }

        tag = new Tag(text.ToString());
        return true;
    }

    /// <exception cref="OciException">TAG_INVALID when the text breaks the grammar.</exception>
    public static Tag Parse(ReadOnlySpan<char> text)
    {
        return TryParse(text, out var tag)
            ? tag
            : throw new OciException(
                ErrorCode.TagInvalid,
                new Reason(NameProblem.Tag, $"a tag has 1 to 128 characters of A-Z a-z 0-9 . _ - and does not begin with . or -"),
                ("tag", text.Length <= MaxLength ? text.ToString() : string.Concat(text[..MaxLength], "…")));
    }

    public override string ToString()
    {
        return _text ?? string.Empty;
    }
}
