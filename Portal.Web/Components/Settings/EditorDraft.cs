using System.Text.Json;
using Microsoft.JSInterop;
using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Editing;

namespace Portal.Web.Components.Settings;

/// <summary>
/// The text that was typed and not saved, kept in the browser's tab so that it outlives a lost connection. A secret that
/// was typed anew is never in it: it has to be typed again.
/// </summary>
public sealed class EditorDraft(IJSRuntime js) : IAsyncDisposable
{
    private const long MaxSize = 8 * ConfigurationLoader.MaxFileSize;

    private IJSObjectReference? _module;

    /// <param name="Fingerprint">Of the file that the text was made from.</param>
    public sealed record Kept(string Fingerprint, string Text);

    /// <summary>Keeps a text; one that cannot be parted from its secrets leaves the draft of before.</summary>
    public async Task KeepAsync(string fingerprint, string edited)
    {
        if (SecretMask.Forget(edited) is { } text)
        {
            await (await ModuleAsync()).InvokeVoidAsync("keepDraft", JsonSerializer.Serialize(new Kept(fingerprint, text)));
        }
    }

    /// <summary>Null when there is none.</summary>
    public async Task<Kept?> FindAsync()
    {
        await using var stream = await (await ModuleAsync()).InvokeAsync<IJSStreamReference?>("findDraft");
        if (stream is null)
        {
            return null;
        }

        await using var draft = await stream.OpenReadStreamAsync(MaxSize);
        try
        {
            return await JsonSerializer.DeserializeAsync<Kept>(draft);
        }
        catch (JsonException)
        {
            // Anything may stand in a browser's storage.
            return null;
        }
    }

    public async Task DropAsync() => await (await ModuleAsync()).InvokeVoidAsync("dropDraft");

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone.
        }
    }

    private async Task<IJSObjectReference> ModuleAsync() =>
        _module ??= await js.InvokeAsync<IJSObjectReference>("import", "./js/config-editor.js");
}
