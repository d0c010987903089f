using System.Text;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Portal.Web.Components.Markdown;

/// <summary>Reads Markdown of strangers within bounds, without HTML.</summary>
internal static class MarkdownParsing
{
    // The parser pads each row of a table to the widest one: more is shown as it is written.
    private const int MaxColumns = 100;
    private const int MaxCells = 100_000;

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseTaskLists().UseAutoLinks().UseEmphasisExtras(Markdig.Extensions.EmphasisExtras.EmphasisExtraOptions.Strikethrough)
        .DisableHtml()
        .Build();

    /// <returns>Null when it is longer, or wider in a table, than what is shown, or nested more deeply than the parser takes.</returns>
    public static MarkdownDocument? Parse(string text)
    {
        if (text.Length > MarkdownText.MaxLength || HasHugeTable(text))
        {
            return null;
        }

        try
        {
            return Markdig.Markdown.Parse(text, Pipeline);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The words of a part, without a call for each level: it may be nested deeply.</summary>
    public static string TextOf(MarkdownObject? part)
    {
        if (part is null)
        {
            return string.Empty;
        }

        var text = new StringBuilder();
        foreach (var inner in part.Descendants().Prepend(part))
        {
            text.Append(inner switch
            {
                LiteralInline literal => literal.Content.ToString(),
                CodeInline code => code.Content,
                LineBreakInline => " ",
                CodeBlock block => block.Lines.ToString(),
                _ => null,
            });
        }

        return text.ToString();
    }

    /// <summary>Whether the table that the lines could be has more columns or cells than are shown.</summary>
    private static bool HasHugeTable(string text)
    {
        var (lines, columns) = (0, 0);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            lines++;
            columns = Math.Max(columns, line.Count('|'));
        }

        return columns > MaxColumns || lines * columns > MaxCells;
    }
}
