using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Editing;
using Portal.Web.Components.Controls;

namespace Portal.Web.Components.Settings;

/// <summary>A mark on a line of the editor.</summary>
/// <param name="Severity"><c>error</c>, <c>warning</c> or <c>info</c>.</param>
public sealed record EditorMark(int Line, int Column, string Message, string Severity);

/// <summary>Where the cursor is, from 1.</summary>
public readonly record struct EditorPlace(int Line, int Column);

/// <summary>
/// CodeMirror around a text. The browser has the text; this side hears of it a moment after the last key, and answers
/// with marks and completion.
/// </summary>
public sealed partial class CodeEditor : IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private ElementReference _element;
    private DotNetObjectReference<CodeEditor>? _self;
    private IJSObjectReference? _module;
    private IJSObjectReference? _editor;

    /// <summary>What stands in it; a text that came from it is not sent back.</summary>
    [Parameter, EditorRequired]
    public string Text { get; set; } = "";

    [Parameter]
    public EventCallback<string> TextChanged { get; set; }

    [Parameter]
    public EventCallback<EditorPlace> Moved { get; set; }

    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    [Parameter]
    public bool ReadOnly { get; set; }

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    private string _shown = "";
    private IReadOnlyList<EditorMark> _marks = [];

    /// <summary>Puts marks in the place of those before; at once, or when the editor is there.</summary>
    public async Task MarkAsync(IReadOnlyList<EditorMark> marks)
    {
        _marks = marks;
        if (_editor is not null)
        {
            await _editor.InvokeVoidAsync("setMarks", _ended.Token, marks);
        }
    }

    /// <summary>Moves cursor and focus.</summary>
    public async Task GoToAsync(EditorPlace place)
    {
        if (_editor is not null)
        {
            await _editor.InvokeVoidAsync("goTo", _ended.Token, place.Line, place.Column);
        }
    }

    /// <summary>Makes sure that the last key is known here.</summary>
    public async Task FlushAsync()
    {
        if (_editor is not null)
        {
            await _editor.InvokeVoidAsync("flush", _ended.Token);
        }
    }

    [JSInvokable]
    public async Task OnText(IJSStreamReference? stream, int line, int column)
    {
        _shown = stream is null ? "" : await ReadAsync(stream);
        await TextChanged.InvokeAsync(_shown);
        await Moved.InvokeAsync(new EditorPlace(line, column));
    }

    private async Task<string> ReadAsync(IJSStreamReference stream)
    {
        // More than any text of the allowed size has.
        await using var bytes = await stream.OpenReadStreamAsync(4 * ConfigurationLoader.MaxFileSize, _ended.Token);
        using var reader = new StreamReader(bytes, Encoding.UTF8);
        return await reader.ReadToEndAsync(_ended.Token);
    }

    [JSInvokable]
    public Task OnCursor(int line, int column) => Moved.InvokeAsync(new EditorPlace(line, column));

    [JSInvokable]
    public IEnumerable<EditorSuggestion> Complete(int line, int column) => KeyCompletion.At(_shown, line, column).Select(KeyText.Of);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _shown = Text;
            _module = await Js.InvokeAsync<IJSObjectReference>("import", _ended.Token, "./js/config-editor.js");
            _editor = await _module.InvokeAsync<IJSObjectReference>("create", _ended.Token, _element, Text, Label, ReadOnly, EditorPhrases.Spoken, _self);
            await MarkAsync(_marks);
        }
        else if (_shown != Text && _editor is not null)
        {
            _shown = Text;
            await _editor.InvokeVoidAsync("setText", _ended.Token, Text);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        try
        {
            if (_editor is not null)
            {
                await _editor.InvokeVoidAsync("destroy");
                await _editor.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, and its editor with it.
        }

        _self?.Dispose();
        _ended.Dispose();
    }
}
