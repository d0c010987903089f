using System.Reflection;
using System.Text.Json;
using Portal.Registry.Catalog;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Registry.Protocol;

/// <summary>
/// <c>/v1/_ping</c> and <c>/v1/search</c>: what <c>docker search HOST/TERM</c> asks. It never learned another protocol;
/// the answers have the form of Docker Hub's.
/// </summary>
public sealed class V1SearchEndpoint(RepositoryCatalog catalog)
{
    private const int DefaultSize = 25;

    // Docker Hub's bound, and the largest --limit that docker takes.
    private const int MaxSize = 100;

    private static readonly byte[] Pong = "true"u8.ToArray();

    private static readonly string Version = typeof(V1SearchEndpoint).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static async Task PingAsync(RegistryRequest request)
    {
        request.Response.Headers["X-Docker-Registry-Version"] = Version;
        request.Response.Headers["X-Docker-Registry-Standalone"] = "true";
        request.Response.ContentType = "application/json; charset=utf-8";
        request.Response.ContentLength = Pong.Length;
        if (!request.IsHead)
        {
            await request.Response.Body.WriteAsync(Pong, request.Aborted);
        }
    }

    /// <summary>Repositories with <c>q</c> in their names, by name; <c>n</c> a page, at most 100, of which this is <c>page</c>.</summary>
    public async Task SearchAsync(RegistryRequest request)
    {
        var term = request.Http.Query["q"].ToString();
        var size = Math.Min(ReadNumber(request, "n", DefaultSize), MaxSize);
        var page = ReadNumber(request, "page", 1);
        var skip = (int)Math.Min((page - 1L) * size, int.MaxValue);
        var found = await catalog.FindAsync(request.Caller, new RepositoryQuery { Search = term, Skip = skip, Take = size }, request.Aborted);

        request.Response.ContentType = "application/json; charset=utf-8";
        if (request.IsHead)
        {
            return;
        }

        await using var writer = new Utf8JsonWriter(request.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteString("query", term);
        writer.WriteNumber("num_results", found.Total);
        writer.WriteNumber("num_pages", (int)(((long)found.Total + size - 1) / size));
        writer.WriteNumber("page", page);
        writer.WriteNumber("page_size", size);
        writer.WriteStartArray("results");
        foreach (var repository in found.Items)
        {
            writer.WriteStartObject();
            writer.WriteString("name", repository.Name.ToString());
            writer.WriteString("description", string.Empty);
            writer.WriteNumber("star_count", 0);
            writer.WriteBoolean("is_official", false);
            writer.WriteBoolean("is_automated", false);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static int ReadNumber(RegistryRequest request, string parameter, int absent)
    {
        var text = request.Http.Query[parameter].ToString();
        if (text.Length == 0)
        {
            return absent;
        }

        return WholeNumber.TryParse(text, out int number) && number > 0
            ? number
            : throw new OciException(
                ErrorCode.PaginationNumberInvalid, $"{parameter} is a whole number from 1", (parameter, text));
    }
}
