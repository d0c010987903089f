using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web.Virtualization;

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

    private int[] _later = [];

    [Parameter, EditorRequired]
    public int Count { get; set; }

    /// <summary>One row by its place, from 0: a <c>tr</c> with a key.</summary>
    [Parameter, EditorRequired]
    public RenderFragment<int> ChildContent { get; set; } = default!;

    /// <summary>Height of a row in CSS pixels, until rows were measured.</summary>
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
            builder.OpenComponent<Virtualize<int>>(1);
            builder.AddComponentParameter(2, nameof(Virtualize<>.Items), _later);
            builder.AddComponentParameter(3, nameof(Virtualize<>.ItemContent), ChildContent);
            builder.AddComponentParameter(4, nameof(Virtualize<>.ItemSize), RowHeight);
            builder.AddComponentParameter(5, nameof(Virtualize<>.OverscanCount), Overscan);
            builder.AddComponentParameter(6, nameof(Virtualize<>.SpacerElement), "tr");
            builder.AddComponentParameter(7, nameof(Virtualize<>.MaxItemCount), MostLater);
            builder.CloseComponent();
        }
    }
}
