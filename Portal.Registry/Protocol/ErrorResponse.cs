using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Portal.Storage.Oci;

namespace Portal.Registry.Protocol;

/// <summary>The one table of error codes, and the one place that writes an error.</summary>
public static class ErrorResponse
{
    public const string ContentType = "application/json; charset=utf-8";

    /// <summary>A code as the protocol spells it, and the status that goes with it.</summary>
    public static (string Text, int Status) Describe(ErrorCode code) => code switch
    {
        ErrorCode.Unsupported => ("UNSUPPORTED", StatusCodes.Status405MethodNotAllowed),
        ErrorCode.Unauthorized => ("UNAUTHORIZED", StatusCodes.Status401Unauthorized),
        ErrorCode.Denied => ("DENIED", StatusCodes.Status403Forbidden),
        ErrorCode.Unavailable => ("UNAVAILABLE", StatusCodes.Status503ServiceUnavailable),
        ErrorCode.TooManyRequests => ("TOOMANYREQUESTS", StatusCodes.Status429TooManyRequests),
        ErrorCode.DigestInvalid => ("DIGEST_INVALID", StatusCodes.Status400BadRequest),
        ErrorCode.SizeInvalid => ("SIZE_INVALID", StatusCodes.Status400BadRequest),
        ErrorCode.NameInvalid => ("NAME_INVALID", StatusCodes.Status400BadRequest),
        ErrorCode.NameUnknown => ("NAME_UNKNOWN", StatusCodes.Status404NotFound),
        ErrorCode.TagInvalid => ("TAG_INVALID", StatusCodes.Status400BadRequest),
        ErrorCode.ManifestUnknown => ("MANIFEST_UNKNOWN", StatusCodes.Status404NotFound),
        ErrorCode.ManifestInvalid => ("MANIFEST_INVALID", StatusCodes.Status400BadRequest),
        ErrorCode.ManifestUnverified => ("MANIFEST_UNVERIFIED", StatusCodes.Status400BadRequest),
        ErrorCode.ManifestBlobUnknown => ("MANIFEST_BLOB_UNKNOWN", StatusCodes.Status400BadRequest),
        ErrorCode.BlobUnknown => ("BLOB_UNKNOWN", StatusCodes.Status404NotFound),
        ErrorCode.BlobUploadUnknown => ("BLOB_UPLOAD_UNKNOWN", StatusCodes.Status404NotFound),
        ErrorCode.BlobUploadInvalid => ("BLOB_UPLOAD_INVALID", StatusCodes.Status400BadRequest),
        ErrorCode.RangeInvalid => ("RANGE_INVALID", StatusCodes.Status416RangeNotSatisfiable),
        ErrorCode.PaginationNumberInvalid => ("PAGINATION_NUMBER_INVALID", StatusCodes.Status400BadRequest),
        ErrorCode.BlobUploadTooSlow => ("BLOB_UPLOAD_INVALID", StatusCodes.Status408RequestTimeout),
        ErrorCode.ManifestTooSlow => ("MANIFEST_INVALID", StatusCodes.Status408RequestTimeout),
        _ => ("UNKNOWN", StatusCodes.Status500InternalServerError),
    };

    /// <summary>Writes errors in the protocol's JSON; on HEAD the same headers and no body.</summary>
    public static async Task WriteAsync(HttpContext context, IReadOnlyList<OciError> errors)
    {
        var body = Serialize(errors);
        var response = context.Response;
        response.StatusCode = Describe(errors[0].Code).Status;
        response.ContentType = ContentType;
        response.ContentLength = body.Length;
        if (response.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            // The rest of the body is not waited for (RFC 9110, 15.5.9).
            response.Headers.Connection = "close";
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    internal static ReadOnlyMemory<byte> Serialize(IReadOnlyList<OciError> errors)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteStartArray("errors");
        foreach (var error in errors)
        {
            writer.WriteStartObject();
            writer.WriteString("code", Describe(error.Code).Text);
            writer.WriteString("message", error.Message);
            if (error.Detail is null)
            {
                writer.WriteNull("detail");
            }
            else
            {
                writer.WriteStartObject("detail");
                foreach (var (key, value) in error.Detail)
                {
                    writer.WriteString(key, value);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }
}
