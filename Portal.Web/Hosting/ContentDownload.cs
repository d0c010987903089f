using Portal.Registry.Inspection;
using Portal.Web.Components;

namespace Portal.Web.Hosting;

/// <summary>
/// Manifests and blobs as files. They come from strangers: a browser saves them, and never opens them as a page of ours.
/// </summary>
public static class ContentDownload
{
    /// <summary>Maps the addresses.</summary>
    public static void MapContentDownload(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet($"{PortalUrls.FilesPath}/{{*path}}", (RequestDelegate)WriteAsync);
    }

    private static async Task WriteAsync(HttpContext context)
    {
        var visitor = context.RequestServices.GetRequiredService<Visitor>();
        visitor.Capture(context);
        var (response, aborted) = (context.Response, context.RequestAborted);
        var files = context.RequestServices.GetRequiredService<ContentFiles>();
        if (!PortalUrls.TryParseFile(context.Request.RouteValues["path"] as string, out var name, out var digest, out var isManifest))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var manifest = isManifest ? await files.ReadManifestAsync(visitor.Identity, name, digest, aborted) : null;
        var blob = isManifest ? null : await files.OpenBlobAsync(visitor.Identity, name, digest, aborted);
        await using var content = blob?.Content;
        if (manifest is null && blob is null)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        StrangersContent.Announce(response, manifest?.Length ?? blob!.Value.Size, $"{digest.AlgorithmName}-{digest.Hex[..12]}{(isManifest ? ".json" : ".bin")}");
        if (manifest is { } bytes)
        {
            await response.Body.WriteAsync(bytes, aborted);
        }
        else
        {
            await content!.CopyToAsync(response.Body, aborted);
        }
    }
}
