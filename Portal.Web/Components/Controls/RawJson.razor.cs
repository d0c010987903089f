using System.Text;
using Microsoft.AspNetCore.Components;
using Portal.Web.Words;

namespace Portal.Web.Components.Controls;

/// <summary>A document as stored, folded away until someone wants it.</summary>
public sealed partial class RawJson
{
    private const int FirstLines = 500;
    private const int MaxLines = 10_000;
    private const int MaxPlain = 64 * 1024;
    private const int MaxAtOnce = 8 * 1024;
    private const int MaxCopiedFromPage = 32 * 1024;

    private JsonText? _text;
    private int _lines = FirstLines;
    private bool _isOpen;
    private ReadOnlyMemory<byte> _shown;

    [Parameter, EditorRequired]
    public string Title { get; set; } = string.Empty;

    /// <summary>The bytes as stored; shown laid out, copied and downloaded as they are.</summary>
    [Parameter, EditorRequired]
    public ReadOnlyMemory<byte> Content { get; set; }

    /// <summary>Where the exact bytes can be downloaded; null when nowhere.</summary>
    [Parameter]
    public string? Address { get; set; }

    /// <summary>Whether the page is not to hold the text before somebody opens it.</summary>
    [Parameter]
    public bool IsSensitive { get; set; }

    private bool IsCopiedFromPage => Address is null || (Content.Length <= MaxCopiedFromPage && !IsSensitive);

    private bool IsShown => _isOpen || (Content.Length <= MaxAtOnce && !IsSensitive);

    private bool IsCut => _text?.IsCut ?? Content.Length > MaxPlain;

    private string Exact => Encoding.UTF8.GetString(Content.Span);

    private string Plain => Encoding.UTF8.GetString(Content.Span[..Math.Min(Content.Length, MaxPlain)]);

    private string CopyLabel => ControlsWords.CopyExactly.With(Title);

    private string DownloadLabel => ControlsWords.DownloadExactly.With(Title);

    protected override void OnParametersSet()
    {
        if (IsShown && !_shown.Equals(Content))
        {
            Lay();
        }
    }

    private void Toggle()
    {
        _isOpen = !_isOpen;
        if (_isOpen)
        {
            Lay();
        }
    }

    private void ShowMore()
    {
        _lines = Math.Min(_lines * 4, MaxLines);
        Lay();
    }

    private void Lay()
    {
        _shown = Content;
        _text = JsonText.Read(Content.Span, _lines);
    }
}
