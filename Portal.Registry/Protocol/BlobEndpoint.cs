using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using Portal.Registry.Transport;
using Portal.Storage.Blobs;
using Portal.Storage.Oci;

namespace Portal.Registry.Protocol;

/// <summary><c>/v2/NAME/blobs/DIGEST</c>.</summary>
public sealed partial class BlobEndpoint(
    RegistryService service, BlobStore blobs, DataRate minDataRate, ILogger<BlobEndpoint> logger)
{
    // Small enough to be sent while it is still in the core's own cache: that beats larger pieces, and sendfile too, for
    // which the kernel goes through a pipe of 16 pages.
    private const int BufferSize = 64 * 1024;

    public async Task GetAsync(RegistryRequest request)
    {
        var digest = Digest.Parse(request.Argument);
        var size = await blobs.StatAsync(request.Name, digest, request.Aborted) ?? throw Unknown(request);

        var response = request.Response;
        response.Headers["Docker-Content-Digest"] = digest.ToString();
        response.Headers.ETag = $"\"{digest}\"";
        response.Headers.CacheControl = "max-age=31536000";
        response.Headers.AcceptRanges = "bytes";
        if (request.HasMatchingETag(digest))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        // HEAD ignores Range (RFC 9110, 14.2).
        ContentRange? range = null;
        if (!request.IsHead && !ContentRange.TrySatisfy(request.Http.Headers.Range, size, out range))
        {
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{size}");
            throw new OciException(
                ErrorCode.RangeInvalid,
                "the blob has no such range",
                ("range", request.Http.Headers.Range.ToString()),
                ("size", size.ToString(CultureInfo.InvariantCulture)));
        }

        response.ContentType = MediaTypes.OctetStream;
        response.ContentLength = range?.Length ?? size;
        if (range is { } part)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {part}/{size}");
        }

        await using var content = request.IsHead
            ? null
            : await blobs.OpenAsync(digest, range?.First ?? 0, request.Aborted) ?? throw Unknown(request);
        if (service.ReportsPulls(request.IsHead))
        {
            await service.ReportPullAsync(request.Name, digest, size, request.IsHead, request.Actor);
        }

        if (content is not null)
        {
            var flushes = new FlushProgress();
            await using var watch = WatchClient(request, flushes);
            await SendAsync(request, content, response.ContentLength.Value, flushes);
        }
    }

    public async Task DeleteAsync(RegistryRequest request)
    {
        var digest = Digest.Parse(request.Argument);
        if (!await service.DeleteBlobAsync(request.Name, digest, request.Actor, request.Aborted))
        {
            throw Unknown(request);
        }

        request.Response.StatusCode = StatusCodes.Status202Accepted;
        request.Response.ContentLength = 0;
    }

    /// <summary>Cuts off a client that takes the blob too slowly: half an answer has no other end.</summary>
    private IAsyncDisposable? WatchClient(RegistryRequest request, FlushProgress flushes)
    {
        // The server's own bound looks at what it wrote, not at what the client took, and from the beginning.
        request.Context.Features.Get<IHttpMinResponseDataRateFeature>()?.MinDataRate = null;
        var connection = HttpProtocol.IsHttp2(request.Http.Protocol) ? null : request.Context.Features.Get<TcpProgress>();
        return minDataRate.Watch(connection is null ? flushes.Look : connection.Look, () => GiveUp(request));
    }

    private void GiveUp(RegistryRequest request)
    {
        Log.TooSlow(logger, request.Actor.Address, request.Http.Path, minDataRate.ToString());
        request.Context.Abort();
    }

    private static async Task SendAsync(RegistryRequest request, Stream content, long count, FlushProgress flushes)
    {
        var writer = request.Response.BodyWriter;
        while (count > 0)
        {
            var buffer = writer.GetMemory((int)Math.Min(BufferSize, count));

            // A file's asynchronous read blocks another thread of the pool; here it costs no change of threads.
            buffer = buffer[..(int)Math.Min(buffer.Length, count)];
            var read = content is FileStream ? content.Read(buffer.Span) : await content.ReadAsync(buffer, request.Aborted);
            if (read == 0)
            {
                throw new InvalidDataException("the blob in storage is shorter than it was a moment ago");
            }

            writer.Advance(read);
            flushes.Waiting();
            await writer.FlushAsync(request.Aborted);
            flushes.Taken(read);
            count -= read;
        }
    }

    private static OciException Unknown(RegistryRequest request)
    {
        return new OciException(
            ErrorCode.BlobUnknown,
            "the repository has no such blob",
            ("name", request.Name.ToString()),
            ("digest", request.Argument));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Client} took {Path} slower than {Rate} (portal.limits.mindatarate): its connection is cut")]
        public static partial void TooSlow(ILogger logger, string? client, string path, string rate);
    }
}
