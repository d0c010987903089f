using System.Buffers;
using Microsoft.AspNetCore.Http;
using Portal.Registry.Configuration;
using Portal.Registry.Schema1;
using Portal.Registry.Transport;
using Portal.Storage.Oci;

namespace Portal.Registry.Protocol;

/// <summary><c>/v2/NAME/manifests/REFERENCE</c>.</summary>
public sealed class ManifestEndpoint(
    RegistryService service, Schema1Compatibility schema1, LiveConfiguration live, DataRate minDataRate)
{
    public async Task GetAsync(RegistryRequest request)
    {
        var reference = Reference.Parse(request.Argument);
        var manifest = await service.GetManifestAsync(request.Name, reference, request.Aborted)
            ?? throw Unknown(request);

        var answer = await schema1.AnswerAsync(request.Name, reference, manifest, request.Http.Headers.Accept, request.Aborted);

        var response = request.Response;
        response.Headers["Docker-Content-Digest"] = answer.Digest.ToString();
        response.Headers.ETag = $"\"{answer.Digest}\"";
        if (schema1.IsEnabled && !reference.IsDigest)
        {
            response.Headers.Vary = "Accept";
        }

        if (request.HasMatchingETag(answer.Digest))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        if (service.ReportsPulls(ofBlob: false, request.IsHead))
        {
            await service.ReportPullAsync(request.Name, manifest, reference, request.IsHead, request.Actor);
        }

        response.ContentType = answer.MediaType;
        response.ContentLength = answer.Content.Length;
        if (!request.IsHead)
        {
            await response.Body.WriteAsync(answer.Content, request.Aborted);
        }
    }

    public async Task PutAsync(RegistryRequest request)
    {
        var reference = Reference.Parse(request.Argument);
        var content = await ReadAsync(request);
        var algorithm = reference.IsDigest ? reference.Digest.Algorithm : DigestAlgorithm.Sha256;
        var manifest = Manifest.IsSchema1(content.Span, request.Http.ContentType)
            ? schema1.Accept(content, request.Http.ContentType, algorithm)
            : Manifest.Parse(content, request.Http.ContentType, algorithm);
        await service.PutManifestAsync(request.Name, reference, manifest, request.Actor, request.Aborted);

        var response = request.Response;
        response.StatusCode = StatusCodes.Status201Created;
        response.Headers.Location = request.LinkTo($"manifests/{manifest.Digest}");
        response.Headers["Docker-Content-Digest"] = manifest.Digest.ToString();
        response.ContentLength = 0;
        if (manifest.Subject is { } subject)
        {
            response.Headers["OCI-Subject"] = subject.Digest.ToString();
        }
    }

    public async Task DeleteAsync(RegistryRequest request)
    {
        var reference = Reference.Parse(request.Argument);
        var deleted = reference.IsDigest
            ? await service.DeleteManifestAsync(request.Name, reference.Digest, request.Actor, request.Aborted) is not null
            : await service.DeleteTagAsync(request.Name, reference.Tag, request.Actor, request.Aborted) is not null;
        if (!deleted)
        {
            throw Unknown(request);
        }

        request.Response.StatusCode = StatusCodes.Status202Accepted;
        request.Response.ContentLength = 0;
    }

    private static OciException Unknown(RegistryRequest request)
    {
        return new OciException(
            ErrorCode.ManifestUnknown,
            "the repository has no such manifest",
            ("name", request.Name.ToString()),
            ("reference", request.Argument));
    }

    /// <summary>The body whole, which is small: one byte too many and it is refused.</summary>
    private async Task<ReadOnlyMemory<byte>> ReadAsync(RegistryRequest request)
    {
        var maxSize = live.Current.Portal.Limits.ManifestSize;
        await using var body = PacedBody.Of(request, minDataRate, ErrorCode.ManifestTooSlow);
        if (request.Http.ContentLength > maxSize)
        {
            throw TooLarge(maxSize);
        }

        // A length that is announced and does not come must not cost the largest manifest there may be.
        var buffer = new ArrayBufferWriter<byte>((int)Math.Min(request.Http.ContentLength ?? 4096, Manifest.MaxSize) + 1);
        while (true)
        {
            var read = await body.ReadAsync(request.Aborted);
            try
            {
                if (buffer.WrittenCount + read.Buffer.Length > maxSize)
                {
                    throw TooLarge(maxSize);
                }

                foreach (var part in read.Buffer)
                {
                    buffer.Write(part.Span);
                }
            }
            finally
            {
                // After a refusal too: the server then reads over the rest, and the connection stays usable.
                body.AdvanceTo(read.Buffer.End);
            }

            if (read.IsCompleted)
            {
                return buffer.WrittenMemory;
            }
        }
    }

    private static OciException TooLarge(int maxSize)
    {
        return new OciException(ErrorCode.ManifestInvalid, $"a manifest has at most {maxSize} bytes here (portal.limits.manifestsize)");
    }
}
