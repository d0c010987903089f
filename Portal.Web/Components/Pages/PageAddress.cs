using System.Globalization;

namespace Portal.Web.Components.Pages;

/// <summary>Reading page numbers and sizes from addresses, which anyone can write.</summary>
public static class PageAddress
{
    private const int MaxPage = 1_000_000;

    /// <summary>How many rows a page may have; the first is meant where an address says none of them.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [50, 200, 1000];

    /// <summary>Rows before a page.</summary>
    /// <param name="page">Counted from 1; null, zero and nonsense are the first.</param>
    public static int Skip(int? page, int take)
    {
        return (Math.Clamp(page ?? 1, 1, MaxPage) - 1) * take;
    }

    /// <summary>Rows on a page.</summary>
    /// <param name="size">One of <see cref="Sizes"/>; null and anything else is the first of them.</param>
    public static int Take(string? size)
    {
        return int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var take) && Sizes.Contains(take) ? take : Sizes[0];
    }

    /// <summary>The size as an address says it; null where it does not have to.</summary>
    public static string? SizeOf(int take)
    {
        return take != Sizes[0] && Sizes.Contains(take) ? take.ToString(CultureInfo.InvariantCulture) : null;
    }
}
