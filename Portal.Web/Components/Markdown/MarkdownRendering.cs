using Markdig.Extensions.Tables;
using Markdig.Extensions.TaskLists;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Portal.Web.Words;

namespace Portal.Web.Components.Markdown;

/// <summary>
/// The walk over a Markdown tree. It writes only elements it names, with attributes it makes itself; raw HTML is not even
/// parsed. Pictures become links: a page asks no other host for anything.
/// </summary>
internal sealed class MarkdownRendering
{
    // Deeper elements are shown as their text alone.
    private const int MaxDepth = 40;

    private readonly RenderTreeBuilder _builder;
    private readonly string _address;

    private readonly HeadingAnchors _anchors = new();
    private int _depth;
    private int _level = 2;
    private bool _inLink;

    private MarkdownRendering(RenderTreeBuilder builder, string address)
    {
        (_builder, _address) = (builder, address);
    }

    /// <param name="text">Untrusted.</param>
    /// <param name="address">The page's own address, for links to headings.</param>
    public static RenderFragment Of(string text, string address)
    {
        if (MarkdownParsing.Parse(text) is not { } document)
        {
            var shown = text.Length > MarkdownText.MaxLength ? string.Concat(text.AsSpan(0, MarkdownText.MaxLength), "…") : text;
            return builder => builder.AddContent(0, shown);
        }

        return builder => new MarkdownRendering(builder, address).WriteAll(document);
    }

    private void WriteAll(IEnumerable<MarkdownObject> parts)
    {
        foreach (var part in parts)
        {
            Write(part);
        }
    }

    private void Write(MarkdownObject part)
    {
        if (_depth >= MaxDepth)
        {
            WriteText(MarkdownParsing.TextOf(part));
            return;
        }

        _depth++;
        if (part is Inline inline)
        {
            WriteInline(inline);
        }
        else
        {
            WriteBlock((Block)part);
        }

        _depth--;
    }

    private void WriteBlock(Block block)
    {
        switch (block)
        {
            case HeadingBlock heading:
                WriteHeading(heading);
                break;
            case ParagraphBlock paragraph:
                Element("p", () => WriteInlines(paragraph.Inline));
                break;
            case CodeBlock code:
                Element("pre", () => Element("code", () => WriteText(code.Lines.ToString())), ("tabindex", "0"));
                break;
            case ThematicBreakBlock:
                Element("hr", null);
                break;
            case QuoteBlock quote:
                Element("blockquote", () => WriteAll(quote));
                break;
            case ListBlock list:
                Element(list.IsOrdered ? "ol" : "ul", () => WriteItems(list), ("start", list is { IsOrdered: true, OrderedStart: { } start and not "1" } ? start : null));
                break;
            case Table table:
                WriteTable(table);
                break;
            case LinkReferenceDefinitionGroup:
                break;
            case ContainerBlock container:
                WriteAll(container);
                break;
            case LeafBlock leaf:
                WriteInlines(leaf.Inline);
                break;
        }
    }

    /// <summary>Headings stay in order below those of the page, whatever the text skips.</summary>
    private void WriteHeading(HeadingBlock heading)
    {
        _level = Math.Min(Math.Min(heading.Level + 2, _level + 1), 6);
        Element($"h{_level}", () => WriteInlines(heading.Inline), ("id", _anchors.Add(MarkdownParsing.TextOf(heading.Inline))));
    }

    private void WriteItems(ListBlock list)
    {
        foreach (var item in list.OfType<ListItemBlock>())
        {
            Element("li", () =>
            {
                foreach (var part in item)
                {
                    // A tight list has no paragraphs.
                    if (!list.IsLoose && part is ParagraphBlock paragraph)
                    {
                        WriteInlines(paragraph.Inline);
                    }
                    else
                    {
                        Write(part);
                    }
                }
            });
        }
    }

    private void WriteTable(Table table)
    {
        // A wide table scrolls by itself, also by keyboard.
        Element("div", () => Element("table", () =>
        {
            foreach (var row in table.OfType<TableRow>())
            {
                Element("tr", () =>
                {
                    foreach (var cell in row.OfType<TableCell>())
                    {
                        Element(row.IsHeader ? "th" : "td", () => WriteCell(cell));
                    }
                });
            }
        }), ("class", "markdown-table"), ("tabindex", "0"));
    }

    private void WriteCell(TableCell cell)
    {
        foreach (var part in cell)
        {
            if (part is ParagraphBlock paragraph)
            {
                WriteInlines(paragraph.Inline);
            }
            else
            {
                Write(part);
            }
        }
    }

    private void WriteText(string? text) => _builder.AddContent(2, text);

    private void WriteInlines(ContainerInline? inlines)
    {
        for (var inline = inlines?.FirstChild; inline is not null; inline = inline.NextSibling)
        {
            Write(inline);
        }
    }

    private void WriteInline(Inline inline)
    {
        switch (inline)
        {
            case LiteralInline literal:
                WriteText(literal.Content.ToString());
                break;
            case CodeInline code:
                Element("code", () => WriteText(code.Content));
                break;
            case LineBreakInline line:
                if (line.IsHard)
                {
                    Element("br", null);
                }
                else
                {
                    WriteText("\n");
                }

                break;
            case EmphasisInline emphasis:
                var name = emphasis.DelimiterChar == '~' ? "del" : emphasis.DelimiterCount > 1 ? "strong" : "em";
                Element(name, () => WriteInlines(emphasis));
                break;
            case LinkInline link:
                WriteLink(link);
                break;
            case AutolinkInline auto:
                WriteLink(auto.IsEmail ? "mailto:" + auto.Url : auto.Url, () => WriteText(auto.Url));
                break;
            case HtmlEntityInline entity:
                WriteText(entity.Transcoded.ToString());
                break;
            case TaskList task:
                WriteText(task.Checked ? "☑" : "☐");
                break;
            case ContainerInline container:
                WriteInlines(container);
                break;
            default:
                WriteText(inline.ToString());
                break;
        }
    }

    private void WriteLink(LinkInline link)
    {
        if (!link.IsImage)
        {
            WriteLink(link.Url, () => WriteInlines(link));
            return;
        }

        var text = MarkdownParsing.TextOf(link) is { Length: > 0 } alternative ? alternative : RepositoryWords.Picture;
        WriteLink(link.Url, () => WriteText(text));
    }

    private void WriteLink(string? url, Action content)
    {
        var target = url is ['#', .. var anchor] ? $"{_address}#{HeadingAnchors.Of(anchor)}" : SafeLink.Of(url);
        if (target is null || _inLink)
        {
            content();
            return;
        }

        _inLink = true;
        Element("a", content, ("href", target), ("rel", url![0] == '#' ? null : SafeLink.Relation));
        _inLink = false;
    }

    private void Element(string name, Action? content, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        _builder.OpenElement(0, name);
        foreach (var (attribute, value) in attributes)
        {
            _builder.AddAttribute(1, attribute, value);
        }

        content?.Invoke();
        _builder.CloseElement();
    }
}
