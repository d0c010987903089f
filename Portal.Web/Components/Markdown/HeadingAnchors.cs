using System.Globalization;
using System.Text;

namespace Portal.Web.Components.Markdown;

/// <summary>The anchors of a text's headings: their words, and a number behind those that came before.</summary>
internal sealed class HeadingAnchors
{
    // No name in a text can be one of the page's own.
    private const string Prefix = "md-";

    // With the number that the next heading of the same words gets.
    private readonly Dictionary<string, int> _anchors = [];

    /// <returns>The anchor of the next heading, which no other one has.</returns>
    public string Add(string words)
    {
        var slug = Slug(words);
        var anchor = slug;
        while (!_anchors.TryAdd(anchor, 1))
        {
            anchor = string.Create(CultureInfo.InvariantCulture, $"{slug}-{_anchors[slug]++}");
        }

        return Prefix + anchor;
    }

    /// <summary>The anchor that a link to words means.</summary>
    public static string Of(string words) => Prefix + Slug(words);

    private static string Slug(string text)
    {
        var slug = new StringBuilder();
        foreach (var letter in text.Trim())
        {
            if (char.IsLetterOrDigit(letter) || letter is '-' or '_')
            {
                slug.Append(char.ToLowerInvariant(letter));
            }
            else if (letter == ' ')
            {
                slug.Append('-');
            }
        }

        return slug.ToString();
    }
}
