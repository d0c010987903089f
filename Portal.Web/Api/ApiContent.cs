using Portal.Web.Hosting;

namespace Portal.Web.Api;

/// <summary>An answer that is no JSON: bytes that somebody pushed, which a browser saves and never shows.</summary>
internal sealed record ApiContent
{
    /// <summary>What to save it as; null for text that is to be read as it comes.</summary>
    public string? FileName { get; init; }

    /// <summary>Bytes of all of it.</summary>
    public required long Size { get; init; }

    /// <summary>Writes all of it.</summary>
    public required Func<Stream, CancellationToken, Task> CopyAsync { get; init; }

    /// <summary>Where the bytes come from, which is closed behind them; null for nothing to close.</summary>
    public IAsyncDisposable? Source { get; init; }

    /// <summary>Bytes that are at hand.</summary>
    public static ApiContent Of(ReadOnlyMemory<byte> bytes, string? fileName = null) => new()
    {
        FileName = fileName,
        Size = bytes.Length,
        CopyAsync = (to, cancellationToken) => to.WriteAsync(bytes, cancellationToken).AsTask(),
    };

    /// <summary>Sends it; after HEAD only what it is.</summary>
    public async Task WriteAsync(HttpContext context, string contentType)
    {
        await using var ending = Source;
        StrangersContent.Announce(context.Response, Size, FileName, contentType);
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await CopyAsync(context.Response.Body, context.RequestAborted);
        }
    }
}
