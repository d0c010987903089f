using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Portal.Web.Words;

namespace Portal.Web.Components.Markdown;

/// <summary>
/// Untrusted Markdown as a page shows it. No HTML is made of it anywhere: a walk over the parsed tree makes elements that
/// it knows, and everything else is text. Markdig is loaded when there is something to show.
/// </summary>
public sealed class MarkdownText : ComponentBase
{
    /// <summary>Characters that are parsed; more is no description.</summary>
    public const int MaxLength = 64 * 1024;

    // Less is shown whole.
    private const int ShortLength = 500;
    private const int ShortLines = 6;

    private string? _parsed;
    private RenderFragment? _content;

    /// <summary>What is shown; a longer text than <see cref="MaxLength"/> is shown as it is written, and cut.</summary>
    [Parameter, EditorRequired]
    public string Text { get; set; } = string.Empty;

    /// <summary>The page's own address, for links to headings.</summary>
    [Parameter]
    public string Address { get; set; } = string.Empty;

    protected override void OnParametersSet()
    {
        if (_parsed != Text)
        {
            (_parsed, _content) = (Text, MarkdownRendering.Of(Text, Address));
        }
    }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "div");
        builder.AddAttribute(1, "class", "markdown");
        if (MayScroll)
        {
            builder.AddAttribute(2, "tabindex", 0);
            builder.AddAttribute(3, "role", "group");
            builder.AddAttribute(4, "aria-label", RepositoryWords.Description);
        }

        builder.AddContent(5, _content);
        builder.CloseElement();
    }

    private bool MayScroll => Text.Length > ShortLength || Text.AsSpan().Count('\n') > ShortLines;
}
