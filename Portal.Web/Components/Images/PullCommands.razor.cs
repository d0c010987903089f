using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace Portal.Web.Components.Images;

/// <summary>How to pull an image, by program. The browser remembers which one somebody uses.</summary>
public sealed partial class PullCommands
{
    private const string StorageKey = "portal-pull-program";
    private const int MaxPrograms = 16;

    private readonly ElementReference[] _buttons = new ElementReference[MaxPrograms];
    private string? _key;

    /// <summary>At least one.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<PullCommand> Commands { get; set; } = [];

    [Inject]
    private IJSRuntime JavaScript { get; set; } = default!;

    private PullCommand Chosen => Commands.FirstOrDefault(command => command.Key == _key) ?? Commands[0];

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        try
        {
            if (await JavaScript.InvokeAsync<string?>("localStorage.getItem", StorageKey) is { } remembered && remembered != Chosen.Key)
            {
                _key = remembered;
                StateHasChanged();
            }
        }
        catch (Exception exception) when (exception is JSException or JSDisconnectedException or OperationCanceledException)
        {
            // A browser may have no storage, or be gone; the first program is as good.
        }
    }

    private async Task ChooseAsync(string key)
    {
        _key = key;
        try
        {
            await JavaScript.InvokeVoidAsync("localStorage.setItem", StorageKey, key);
        }
        catch (Exception exception) when (exception is JSException or JSDisconnectedException or OperationCanceledException)
        {
            // It is only not remembered.
        }
    }

    /// <summary>Arrows go from tab to tab, as in all lists of tabs.</summary>
    private async Task OnKeyAsync(KeyboardEventArgs key)
    {
        var here = Commands.Index().First(command => command.Item == Chosen).Index;
        int? next = key.Key switch
        {
            "ArrowRight" => (here + 1) % Commands.Count,
            "ArrowLeft" => (here + Commands.Count - 1) % Commands.Count,
            "Home" => 0,
            "End" => Commands.Count - 1,
            _ => null,
        };
        if (next is { } place)
        {
            await ChooseAsync(Commands[place].Key);
            await _buttons[place].FocusAsync();
        }
    }
}
