namespace Portal.Web.Components.Controls;

/// <summary>
/// Keys for the rows of a <see cref="RowList"/> that is very long. Scrolled a little, rows keep their elements, and so the focus.
/// Scrolled far, other rows take over the elements of those that went: the browser changes some texts instead of making a screen of rows anew.
/// </summary>
public sealed class RowKeys
{
    // The rows made last, and what is taken from a row's place to get its key.
    private int _first;
    private int _next;
    private int _offset;

    /// <summary>The key of a row. It is asked for in the order of rows, each time they are rendered.</summary>
    /// <param name="row">Its place in the list, from 0.</param>
    /// <param name="isWhole">Whether the list is made whole. Rows at its beginning and those after them are siblings then, and no two may have the same key.</param>
    public int Of(int row, bool isWhole = false)
    {
        // Those at the beginning are never taken out of the document.
        if (isWhole || row < RowList.AtOnce)
        {
            return row;
        }

        if (row != _next)
        {
            var made = _next - _first;
            var isNear = row < _next && row + made > _first;
            _offset += isNear ? 0 : row - _first;
            _first = row;
        }

        _next = row + 1;
        return row - _offset;
    }
}
