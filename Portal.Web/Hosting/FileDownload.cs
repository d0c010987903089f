using Portal.Registry.Layers;
using Portal.Storage.Layers;
using Portal.Web.Components;

namespace Portal.Web.Hosting;

/// <summary>
/// Files out of images, streamed from their layers with the visitor's permissions. Whatever they are, a browser saves them
/// and shows none.
/// </summary>
public static class FileDownload
{
    private const int PieceSize = 64 * 1024;
    private const int MaxName = 200;

    public static void MapFileDownload(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(PortalUrls.DownloadRoute, (RequestDelegate)SendAsync);
    }

    /// <summary>A name that no file system and no header takes for anything else.</summary>
    public static string NameFor(string path)
    {
        var name = new string([.. FilePath.Show(FilePath.NameOf(path)).Select(unit => unit is '\\' or '/' or ':' or '*' or '?' or '"' or '<' or '>' or '|' ? '_' : unit)]);
        name = name.Length > MaxName ? name[^MaxName..] : name;
        return name.Trim('.', ' ').Length > 0 ? name : "file";
    }

    private static async Task SendAsync(HttpContext context)
    {
        var visitor = context.RequestServices.GetRequiredService<Visitor>();
        visitor.Capture(context);
        var files = context.RequestServices.GetRequiredService<ImageFiles>();
        var path = FilePath.Parse(context.Request.Query["path"].ToString());
        try
        {
            await using var content = PortalUrls.TryParse(context.Request.RouteValues["path"] as string, out var name, out var reference)
                && reference is { IsDigest: true } manifest
                && await files.FindAsync(visitor.Identity, name, manifest.Digest, context.RequestAborted) is { } image
                ? await files.ReadAsync(image, PortalUrls.LayerOf(context.Request.Query["layer"]), path, context.RequestAborted)
                : null;
            if (content is null)
            {
                await RefuseAsync(context, StatusCodes.Status404NotFound, "There is no such file, or none that has a content to save.");
                return;
            }

            StrangersContent.Announce(context.Response, content.Size, NameFor(path));
            await CopyAsync(content, context.Response.Body, context.RequestAborted);
        }
        catch (LayerUnreadableException exception) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, exception.IsPassing ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status409Conflict, exception.Message);
        }
        catch (LayerUnreadableException)
        {
            // So that nobody takes the part for the whole.
            context.Abort();
        }
    }

    /// <summary>Writes all of a file, a piece at a time.</summary>
    /// <exception cref="LayerUnreadableException">The layer is damaged before the file's end.</exception>
    public static async Task CopyAsync(FileContent content, Stream to, CancellationToken cancellationToken)
    {
        var piece = new byte[PieceSize];
        for (var left = content.Size; left > 0;)
        {
            var read = await content.ReadAsync(piece, cancellationToken);
            await to.WriteAsync(piece.AsMemory(0, read), cancellationToken);
            left -= read;
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        StrangersContent.Withdraw(context.Response);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync($"{reason}\n", context.RequestAborted);
    }
}
