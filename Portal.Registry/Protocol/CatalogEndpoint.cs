using System.Text.Json;
using Portal.Registry.Catalog;

namespace Portal.Registry.Protocol;

/// <summary><c>/v2/_catalog</c>.</summary>
/// <param name="maxEntries"><c>catalog.maxentries</c>: the largest page.</param>
public sealed class CatalogEndpoint(RepositoryCatalog catalog, int maxEntries)
{
    private const int DefaultCount = 100;

    public async Task GetAsync(RegistryRequest request)
    {
        var page = Pagination.Read(request.Http, maxEntries);
        var count = page.Count ?? Math.Min(DefaultCount, maxEntries);
        var names = count == 0 ? [] : await catalog.ListAsync(request.Caller, page.Last, count + 1, request.Aborted);
        if (names.Count > count)
        {
            names = [.. names.Take(count)];
            Pagination.SetNext(request.Response, request.LinkToPath("_catalog"), names[^1].ToString(), count);
        }

        request.Response.ContentType = "application/json; charset=utf-8";
        if (request.IsHead)
        {
            return;
        }

        await using var writer = new Utf8JsonWriter(request.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteStartArray("repositories");
        foreach (var name in names)
        {
            writer.WriteStringValue(name.ToString());
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        await writer.FlushAsync(request.Aborted);
        request.Streamed(writer.BytesCommitted);
    }
}
