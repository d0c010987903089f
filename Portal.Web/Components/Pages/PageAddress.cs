namespace Portal.Web.Components.Pages;

/// <summary>Reading page numbers from addresses, which anyone can write.</summary>
public static class PageAddress
{
    private const int MaxPage = 1_000_000;

    /// <summary>Rows before a page.</summary>
    /// <param name="page">Counted from 1; null, zero and nonsense are the first.</param>
    public static int Skip(int? page, int take)
    {
        return (Math.Clamp(page ?? 1, 1, MaxPage) - 1) * take;
    }
}
