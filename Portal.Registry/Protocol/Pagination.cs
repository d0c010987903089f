using System.Globalization;
using Microsoft.AspNetCore.Http;
using Portal.Storage.Oci;

namespace Portal.Registry.Protocol;

/// <summary>The <c>n</c> and <c>last</c> of a list (OCI distribution 1.1, "Content Discovery").</summary>
/// <param name="Count">How many entries are wanted; null when the client did not say.</param>
/// <param name="Last">Only what comes behind it; null from the beginning.</param>
public readonly record struct Pagination(int? Count, string? Last)
{
    /// <param name="max">The largest count that is answered; null for any.</param>
    /// <exception cref="OciException">PAGINATION_NUMBER_INVALID.</exception>
    public static Pagination Read(HttpRequest request, int? max = null)
    {
        if (!request.QueryString.HasValue)
        {
            return default;
        }

        var last = request.Query["last"] is [{ Length: > 0 } text, ..] ? text : null;
        if (request.Query["n"] is not [{ Length: > 0 } number, ..])
        {
            return new Pagination(null, last);
        }

        if (!WholeNumber.TryParse(number, out int count))
        {
            throw new OciException(ErrorCode.PaginationNumberInvalid, "n is a whole number from 0", ("n", number));
        }

        return count > max
            ? throw new OciException(ErrorCode.PaginationNumberInvalid, $"n is at most {max} (catalog.maxentries)", ("n", number))
            : new Pagination(count, last);
    }

    /// <summary>Tells the client where the next page is.</summary>
    /// <param name="address">The list's own address, without a query.</param>
    public static void SetNext(HttpResponse response, string address, string last, int count, string? filter = null)
    {
        var query = $"last={Uri.EscapeDataString(last)}&n={count.ToString(CultureInfo.InvariantCulture)}{filter}";
        response.Headers.Link = $"<{address}?{query}>; rel=\"next\"";
    }
}
