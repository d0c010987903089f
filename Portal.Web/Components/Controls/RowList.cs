using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Microsoft.JSInterop;

namespace Portal.Web.Components.Controls;

/// <summary>
/// Rows of a table's body: the first ones stand in the document from the first byte on, those after them are made where one looks.
/// The table says how many there are (<c>aria-rowcount</c>), each row which one it is (<c>aria-rowindex</c>).
/// </summary>
public sealed class RowList : ComponentBase
{
    /// <summary>Rows that are made in any case: as many as a page has if nobody chose more.</summary>
    public const int AtOnce = 50;

    // What a press of Page Down passes: rows are there before they are seen.
    private const int Overscan = 15;

    // Rows that are made beside the first ones: those in sight and the overscan, on the largest screens too.
    private const int MostLater = 250;

    // From which share of the expected height on a measured one counts: the list is made anew for it.
    private const float Notable = 0.15f;

    private int[] _later = [];
    private float? _measured;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    [Parameter, EditorRequired]
    public int Count { get; set; }

    /// <summary>One row by its place, from 0: a <c>tr</c> with a key.</summary>
    [Parameter, EditorRequired]
    public RenderFragment<int> ChildContent { get; set; } = default!;

    /// <summary>Height of a row in CSS pixels on a wide screen; where the first rows are much higher, theirs counts for the others.</summary>
    [Parameter]
    public float RowHeight { get; set; } = 49;

    /// <summary>A list of at most so many rows is made whole.</summary>
    [Parameter]
    public int Whole { get; set; } = AtOnce;

    private int First => Count <= Whole ? Count : AtOnce;

    protected override void OnParametersSet()
    {
        var count = Count - First;
        if (_later.Length != count)
        {
            _later = [.. Enumerable.Range(First, count)];
        }
    }

    /// <summary>Before anybody scrolls, so that the scroll bar says how long the list is.</summary>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_measured is not null || _later.Length == 0)
        {
            return;
        }

        _measured = RowHeight;
        try
        {
            await using var module = await Js.InvokeAsync<IJSObjectReference>("import", "./js/row-height.js");
            var height = await module.InvokeAsync<float>("measure");
            if (height > 0 && Math.Abs(height - RowHeight) > Notable * RowHeight)
            {
                _measured = height;
                StateHasChanged();
            }
        }
        catch (Exception exception) when (exception is JSException or JSDisconnectedException or OperationCanceledException)
        {
            // What is expected stays.
        }
    }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        // Not as content of its own for each row: rows keep their elements by their keys, among their siblings.
        builder.OpenRegion(0);
        for (var i = 0; i < First; i++)
        {
            ChildContent(i)(builder);
        }

        builder.CloseRegion();
        if (_later.Length > 0)
        {
            var height = _measured ?? RowHeight;
            builder.OpenComponent<Virtualize<int>>(1);
            builder.SetKey(height);
            builder.AddComponentParameter(2, nameof(Virtualize<>.Items), _later);
            builder.AddComponentParameter(3, nameof(Virtualize<>.ItemContent), ChildContent);
            builder.AddComponentParameter(4, nameof(Virtualize<>.ItemSize), height);
            builder.AddComponentParameter(5, nameof(Virtualize<>.OverscanCount), Overscan);
            builder.AddComponentParameter(6, nameof(Virtualize<>.SpacerElement), "tr");
            builder.AddComponentParameter(7, nameof(Virtualize<>.MaxItemCount), MostLater);
            builder.CloseComponent();
        }
    }
}
