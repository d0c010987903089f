using System.Text;
using Portal.Registry.Layers;
using Portal.Storage.Layers;
using Portal.Web.Components.Controls;

namespace Portal.Web.Components.Files;

/// <summary>What of a file's content a page shows.</summary>
/// <param name="Size">Bytes of the whole file.</param>
/// <param name="Text">All of it, when it is text and not too long.</param>
/// <param name="Hex">Its beginning, when it is no text.</param>
/// <param name="Problem">Why it cannot be read, as a sentence for people.</param>
public sealed record FileContents(long Size, string? Text, string? Hex, string? Problem)
{
    /// <summary>Bytes of a text that is shown.</summary>
    public const int MaxShown = 1 << 20;

    private const int HexShown = 512;

    // As Git tells binary files from text.
    private const int Looked = 8000;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <returns>Null when there is no such file.</returns>
    public static async Task<FileContents?> ReadAsync(
        ImageFiles files, ImageLayers image, int? layer, string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = await files.ReadAsync(image, layer, path, cancellationToken);
            if (content is null)
            {
                return null;
            }

            var bytes = new byte[Math.Min(content.Size, content.Size > MaxShown ? Looked : MaxShown)];
            await content.ReadAsync(bytes, cancellationToken);
            return Show(content.Size, bytes);
        }
        catch (LayerUnreadableException exception)
        {
            return new FileContents(0, null, null, ReasonText.Of(exception));
        }
    }

    private static FileContents Show(long size, ReadOnlySpan<byte> bytes)
    {
        var isBinary = bytes[..Math.Min(bytes.Length, Looked)].Contains((byte)0);
        if (!isBinary && size > MaxShown)
        {
            return new FileContents(size, null, null, null);
        }

        if (!isBinary)
        {
            try
            {
                return new FileContents(size, Strict.GetString(bytes), null, null);
            }
            catch (DecoderFallbackException)
            {
                // Text of another encoding, or none.
            }
        }

        return new FileContents(size, null, FileText.Hex(bytes[..Math.Min(bytes.Length, HexShown)]), null);
    }
}
