using System.Globalization;
using Microsoft.AspNetCore.Http;
using Portal.Registry.Transport;
using Portal.Storage.Oci;
using Portal.Storage.Uploads;

namespace Portal.Registry.Protocol;

/// <summary><c>/v2/NAME/blobs/uploads/</c> and <c>/v2/NAME/blobs/uploads/ID</c>.</summary>
public sealed class BlobUploadEndpoint(
    RegistryService service, UploadStore uploads, UploadToken token, UploadPlaces places, DataRate minDataRate)
{
    /// <summary>POST: begins an upload, mounts a blob instead, or takes a whole blob at once.</summary>
    public async Task StartAsync(RegistryRequest request)
    {
        var query = request.Http.Query;

        // A mount that cannot be is not refused: it becomes an upload (OCI distribution 1.1, "Mounting a blob from
        // another repository"). So does one without "from": looking for the blob everywhere is the registry's choice,
        // and would tell a client what lies in repositories that it may not see.
        if (Digest.TryParse(query["mount"].ToString(), out var mount)
            && RepositoryName.TryParse(query["from"].ToString(), out var from)
            && await service.MountBlobAsync(from, request.Name, mount, request.Actor, request.Aborted))
        {
            AnswerCreated(request, mount);
            return;
        }

        // Before anything is written: a malformed digest must not leave an upload behind.
        Digest? whole = query["digest"] is [{ } text, ..] ? Digest.Parse(text) : null;
        using var place = whole is null ? null : places.Take(request);
        await using var upload = await service.StartUploadAsync(request.Name, request.Actor, request.Aborted);
        if (whole is not null)
        {
            await AppendWholeAsync(request, upload, whole.Value);
            return;
        }

        AnswerAccepted(request, upload);
        request.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    /// <summary>PATCH: appends a chunk, in order, or a stream.</summary>
    public async Task AppendAsync(RegistryRequest request)
    {
        await using var upload = await OpenAsync(request);
        using var place = places.Take(request);
        await AppendBodyAsync(request, upload);
        AnswerAccepted(request, upload);
        request.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    /// <summary>PUT: appends a last body, if there is one, and makes the upload a blob.</summary>
    public async Task CommitAsync(RegistryRequest request)
    {
        var digest = Digest.Parse(request.Http.Query["digest"] is [{ } text, ..] ? text : string.Empty);
        await using var upload = await OpenAsync(request);
        using var place = places.Take(request);
        await AppendBodyAsync(request, upload);
        await service.CommitUploadAsync(upload, digest, request.Actor, request.Aborted);
        AnswerCreated(request, digest);
    }

    public async Task GetAsync(RegistryRequest request)
    {
        await using var upload = await OpenAsync(request);
        AnswerAccepted(request, upload);
        request.Response.StatusCode = StatusCodes.Status204NoContent;
        request.Response.ContentLength = null;
    }

    public async Task CancelAsync(RegistryRequest request)
    {
        await using var upload = await OpenAsync(request);
        await upload.CancelAsync();
        request.Response.Headers["Docker-Upload-UUID"] = upload.Id.ToString("D");
        request.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task AppendWholeAsync(RegistryRequest request, UploadSession upload, Digest digest)
    {
        try
        {
            await AppendBodyAsync(request, upload);
            await service.CommitUploadAsync(upload, digest, request.Actor, request.Aborted);
        }
        catch
        {
            // Nobody was told its address, so nobody could go on with it.
            await upload.CancelAsync();
            throw;
        }

        AnswerCreated(request, digest);
    }

    private async Task<UploadSession> OpenAsync(RegistryRequest request)
    {
        if (!Guid.TryParseExact(request.Argument, "D", out var id))
        {
            throw Unknown(request);
        }

        if (!token.IsValid(request.Http.Query[UploadToken.Parameter], request.Name, id))
        {
            throw new OciException(
                ErrorCode.BlobUploadInvalid,
                "not an upload address of this registry: use the Location of the last answer as it is",
                ("uuid", request.Argument));
        }

        return await uploads.OpenAsync(request.Name, id, request.Aborted) ?? throw Unknown(request);
    }

    private async Task AppendBodyAsync(RegistryRequest request, UploadSession upload)
    {
        var chunk = RequireInOrder(request, upload);
        await using var body = PacedBody.Of(request, minDataRate, ErrorCode.BlobUploadTooSlow);
        var appended = await upload.AppendAsync(body, chunk?.Length, request.Aborted);
        if (chunk is not null && appended != chunk.Value.Length)
        {
            throw new OciException(
                ErrorCode.SizeInvalid,
                "the body is shorter than its Content-Range says",
                ("range", chunk.Value.ToString()),
                ("received", appended.ToString(CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>Checks a chunk's place before a byte of it is taken, so that a refused one changes nothing.</summary>
    private static ContentRange? RequireInOrder(RegistryRequest request, UploadSession upload)
    {
        string? header = request.Http.Headers.ContentRange;
        if (string.IsNullOrEmpty(header))
        {
            return null;
        }

        if (ContentRange.TryParseChunk(header, out var range)
            && range.First == upload.Length
            && (request.Http.ContentLength is not { } length || length == range.Length))
        {
            return range;
        }

        // The client learns where to go on (OCI distribution 1.1, "Pushing a blob in chunks").
        AnswerRange(request, upload);
        throw new OciException(
            ErrorCode.RangeInvalid,
            "the chunk does not continue the upload, or its Content-Range is not first-last of its Content-Length",
            ("contentRange", header.Length <= 128 ? header : header[..128]),
            ("received", upload.Length.ToString(CultureInfo.InvariantCulture)));
    }

    private void AnswerAccepted(RegistryRequest request, UploadSession upload)
    {
        var headers = request.Response.Headers;
        headers.Location = request.LinkTo(
            $"blobs/uploads/{upload.Id:D}?{UploadToken.Parameter}={token.Sign(upload.Repository, upload.Id)}");
        headers["Docker-Upload-UUID"] = upload.Id.ToString("D");
        AnswerRange(request, upload);
        request.Response.ContentLength = 0;
    }

    private static void AnswerRange(RegistryRequest request, UploadSession upload)
    {
        // An empty upload says 0-0 like upstream: the form has no way to say "nothing".
        request.Response.Headers.Range = new ContentRange(0, Math.Max(0, upload.Length - 1)).ToString();
    }

    private static void AnswerCreated(RegistryRequest request, Digest digest)
    {
        request.Response.StatusCode = StatusCodes.Status201Created;
        request.Response.Headers.Location = request.LinkTo($"blobs/{digest}");
        request.Response.Headers["Docker-Content-Digest"] = digest.ToString();
        request.Response.ContentLength = 0;
    }

    private static OciException Unknown(RegistryRequest request)
    {
        return new OciException(
            ErrorCode.BlobUploadUnknown,
            "there is no such upload: it was finished, cancelled or never begun",
            ("uuid", request.Argument.Length <= 64 ? request.Argument : request.Argument[..64]));
    }
}
