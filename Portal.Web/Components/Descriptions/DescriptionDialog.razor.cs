using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using Portal.Registry.Descriptions;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;
using Portal.Web.Components.Controls;

namespace Portal.Web.Components.Descriptions;

/// <summary>Writes a repository's description, looks at it, and finds its way with somebody else who does the same.</summary>
public sealed partial class DescriptionDialog : IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private ElementReference _area;
    private IJSObjectReference? _module;
    private string _text = string.Empty;
    private long _version;
    private Description? _theirs;
    private string? _refusal;
    private bool _preview;
    private bool _saving;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = default!;

    [Parameter, EditorRequired]
    public RepositoryName Name { get; set; }

    /// <summary>What was there when the dialog was opened.</summary>
    [Parameter, EditorRequired]
    public Description Written { get; set; } = Description.None;

    [Inject]
    private RepositoryDescriptions Descriptions { get; set; } = default!;

    [Inject]
    private Visitor Visitor { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        try
        {
            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, and its text with it.
        }

        _ended.Dispose();
    }

    protected override void OnInitialized() => (_text, _version) = (Written.Text, Written.Version);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _module = await Js.InvokeAsync<IJSObjectReference>("import", _ended.Token, "./js/description.js");
            await PutAsync();
        }
    }

    private static string Pressed(bool pressed) => pressed ? "true" : "false";

    private async Task ShowAsync(bool preview)
    {
        if (preview)
        {
            await TakeAsync();
        }

        _preview = preview;
    }

    private async Task TakeTheirsAsync()
    {
        (_text, _theirs) = (_theirs!.Text, null);
        await PutAsync();
    }

    private async Task SaveAsync()
    {
        (_saving, _refusal) = (true, null);
        try
        {
            await TakeAsync();
            await Descriptions.SaveAsync(Visitor.Identity, Visitor.IpAddress, Name, _text, _version, _ended.Token);
            Dialog.Close(DialogResult.Ok(true));
        }
        catch (DescriptionChangedException conflict)
        {
            // Who saves once more has seen theirs.
            (_theirs, _version) = (conflict.Now, conflict.Now.Version);
        }
        catch (OciException refused)
        {
            _refusal = ReasonText.Of(refused);
        }
        finally
        {
            _saving = false;
        }
    }

    private async Task PutAsync()
    {
        if (_module is not null)
        {
            using var stream = new DotNetStreamReference(new MemoryStream(Encoding.UTF8.GetBytes(_text)));
            await _module.InvokeVoidAsync("write", _ended.Token, _area, stream);
        }
    }

    /// <summary>Reads what stands in the browser.</summary>
    private async Task TakeAsync()
    {
        if (_module is null || await _module.InvokeAsync<IJSStreamReference?>("read", _ended.Token, _area) is not { } stream)
        {
            return;
        }

        // Three bytes a character at the most; what is too large, the service says.
        await using var bytes = await stream.OpenReadStreamAsync(4 * RepositoryDescriptions.MaxSize, _ended.Token);
        using var reader = new StreamReader(bytes, Encoding.UTF8);
        _text = (await reader.ReadToEndAsync(_ended.Token))[1..];
        await stream.DisposeAsync();
    }
}
