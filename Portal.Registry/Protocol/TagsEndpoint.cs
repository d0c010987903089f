using System.Text.Json;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;

namespace Portal.Registry.Protocol;

/// <summary><c>/v2/NAME/tags/list</c>.</summary>
public sealed class TagsEndpoint(LocalRegistry registry)
{
    public async Task GetAsync(RegistryRequest request)
    {
        var page = Pagination.Read(request.Http);
        if (!await registry.ExistsAsync(request.Name, request.Aborted))
        {
            throw new OciException(
                ErrorCode.NameUnknown, "there is no such repository", ("name", request.Name.ToString()));
        }

        if (page.Count is { } count)
        {
            await AnswerPageAsync(request, page.Last, count);
        }
        else
        {
            await AnswerAsync(request, registry.Tags.ListNamesAsync(request.Name, page.Last, int.MaxValue, request.Aborted));
        }
    }

    private async Task AnswerPageAsync(RegistryRequest request, string? after, int count)
    {
        // One more than asked for tells whether there is a next page.
        var tags = new List<Tag>();
        if (count > 0)
        {
            var limit = count == int.MaxValue ? count : count + 1;
            await foreach (var chunk in registry.Tags.ListNamesAsync(request.Name, after, limit, request.Aborted))
            {
                tags.AddRange(chunk.Span);
            }
        }

        if (tags.Count > count)
        {
            tags.RemoveAt(count);
            Pagination.SetNext(request.Response, request.LinkTo("tags/list"), tags[^1].ToString(), count);
        }

        await AnswerAsync(request, AsyncEnumerable.Repeat<ReadOnlyMemory<Tag>>(tags.ToArray(), 1));
    }

    private static async Task AnswerAsync(RegistryRequest request, IAsyncEnumerable<ReadOnlyMemory<Tag>> chunks)
    {
        request.Response.ContentType = "application/json; charset=utf-8";
        if (request.IsHead)
        {
            return;
        }

        await using var writer = new Utf8JsonWriter(request.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteString("name", request.Name.ToString());
        writer.WriteStartArray("tags");
        await foreach (var chunk in chunks)
        {
            for (var position = 0; position < chunk.Length; position++)
            {
                writer.WriteStringValue(chunk.Span[position].ToString());
                await JsonFlush.WhenLargeAsync(writer, request);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        await writer.FlushAsync(request.Aborted);
        request.Streamed(writer.BytesCommitted);
    }
}
