using System.Text.Json;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Registry.Remotes;

/// <summary>A part of a list elsewhere.</summary>
/// <param name="Next">Behind which the next part begins; null at the end.</param>
public sealed record RemotePage<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>How a registry elsewhere lists names, and says where the list goes on.</summary>
internal static class RemoteList
{
    private const int Largest = 16 * 1024 * 1024;

    /// <summary>The query that asks for a part.</summary>
    /// <param name="after">Only names behind this one; null for all.</param>
    public static string Query(string? after, int limit) => after is null ? $"?n={limit}" : $"?n={limit}&last={Uri.EscapeDataString(after)}";

    /// <summary>Reads the part that <see cref="Query"/> asked for.</summary>
    /// <param name="registry">The registry's name, for a refusal.</param>
    /// <param name="property">Where in the JSON the names are.</param>
    /// <returns>The names, and behind which the next part begins; null at the end.</returns>
    /// <exception cref="OciException">UNAVAILABLE: it is no list, or too long.</exception>
    public static async Task<(IReadOnlyList<string> Names, string? Next)> ReadAsync(
        string registry, HttpResponseMessage response, string property, string? after, int limit, CancellationToken cancellationToken)
    {
        try
        {
            using var json = JsonDocument.Parse(await RemoteBody.ReadAsync(response, Largest, cancellationToken));
            IReadOnlyList<string> names = json.RootElement.TryGetProperty(property, out var listed) && listed.ValueKind is JsonValueKind.Array
                ? [.. listed.EnumerateArray().Where(name => name.ValueKind is JsonValueKind.String).Select(name => name.GetString()!)]
                : [];
            return Cut(names, after, limit, NextOf(response));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new OciException(
                ErrorCode.Unavailable, new Reason(RemoteRefusal.NoList, $"{registry} answers with something that is no list: {RemoteBody.Shorten(exception.Message)}"));
        }
    }

    /// <summary>In order, and no more than was asked for: registry:2 lists all tags at once, in no order.</summary>
    private static (IReadOnlyList<string> Names, string? Next) Cut(IReadOnlyList<string> names, string? after, int limit, string? next)
    {
        if (next is not null)
        {
            return (names, next);
        }

        List<string> behind = [.. names.Where(name => string.CompareOrdinal(name, after) > 0).Order(StringComparer.Ordinal)];
        return behind.Count <= limit ? (behind, null) : (behind[..limit], behind[limit - 1]);
    }

    /// <summary>The <c>last</c> of the Link header (RFC 8288): only where to go on is taken from it, never where to ask.</summary>
    private static string? NextOf(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out var links)
            || links.FirstOrDefault(link => link.Contains("next", StringComparison.OrdinalIgnoreCase)) is not { } next
            || next.IndexOf("last=", StringComparison.Ordinal) is not (> 0 and var start))
        {
            return null;
        }

        start += "last=".Length;
        var end = next.AsSpan(start).IndexOfAny('&', '>');
        return end < 0 ? null : Uri.UnescapeDataString(next[start..(start + end)]);
    }
}
