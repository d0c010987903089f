using System.Net.Mime;
using Microsoft.Net.Http.Headers;

namespace Portal.Web.Hosting;

/// <summary>
/// The headers of bytes that strangers made: a browser saves them; where it shows them after all, nothing in them runs. They
/// are kept nowhere, since what one may see may change.
/// </summary>
internal static class StrangersContent
{
    private const string Sandbox = "default-src 'none'; sandbox";

    /// <summary>Tells what comes.</summary>
    /// <param name="size">Bytes of all of it.</param>
    /// <param name="fileName">What to save it as; null for text that is to be read as it comes.</param>
    public static void Announce(HttpResponse response, long size, string? fileName, string contentType = MediaTypeNames.Application.Octet)
    {
        response.ContentType = contentType;
        response.ContentLength = size;
        response.Headers.ContentSecurityPolicy = Sandbox;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
        if (fileName is not null)
        {
            var disposition = new ContentDispositionHeaderValue("attachment");
            disposition.SetHttpFileName(fileName);
            response.Headers.ContentDisposition = disposition.ToString();
        }
    }

    /// <summary>Takes back what was told of an answer that has not begun: something of our own comes instead.</summary>
    public static void Withdraw(HttpResponse response)
    {
        response.ContentLength = null;
        response.Headers.Remove(HeaderNames.ContentSecurityPolicy);
        response.Headers.Remove(HeaderNames.ContentDisposition);
    }
}
