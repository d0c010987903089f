using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Components;

namespace Portal.Web.Components.Controls;

/// <summary>A document as stored, folded away until someone wants it.</summary>
public sealed partial class RawJson
{
    private static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        // The text goes into a page through the encoder of pages; escaping it twice would only make it hard to read.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Parameter, EditorRequired]
    public string Title { get; set; } = string.Empty;

    /// <summary>The bytes as stored; shown indented, copied as they are.</summary>
    [Parameter, EditorRequired]
    public ReadOnlyMemory<byte> Content { get; set; }

    private string Exact { get; set; } = string.Empty;

    private string Pretty { get; set; } = string.Empty;

    protected override void OnParametersSet()
    {
        var exact = Encoding.UTF8.GetString(Content.Span);
        if (exact != Exact)
        {
            Exact = exact;
            Pretty = Indent(Content) ?? exact;
        }
    }

    private static string? Indent(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            using var stream = new MemoryStream();
            using (var writer = new Utf8JsonWriter(stream, Indented))
            {
                document.WriteTo(writer);
            }

            return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
        }
        catch (JsonException)
        {
            // A config may be anything; what is not JSON is shown as it is.
            return null;
        }
    }
}
