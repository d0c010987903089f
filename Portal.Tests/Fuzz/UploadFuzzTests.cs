using System.Globalization;
using System.Net;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Fuzz;

/// <summary>Uploads of valid and invalid chunks against a model: the bytes that were accepted, in their order.</summary>
public sealed class UploadFuzzTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Fact]
    public Task Upload_OfRandomChunks_IsWhatWasAccepted() => FuzzRun.RepeatAsync(60, async random =>
    {
        var address = await portal.Client.StartUploadAsync("fuzz/upload");
        var model = new List<byte>();
        for (var step = random.Next(1, 12); step > 0; step--)
        {
            await TakeStepAsync(random, address, model);
            Assert.Equal(Range(model.Count), await ReadRangeAsync(address));
        }

        var last = NewChunk(random);
        byte[] whole = [.. model, .. last];
        var digest = Digest.Of(whole, random.Pick((DigestAlgorithm[])[DigestAlgorithm.Sha256, DigestAlgorithm.Sha512]));
        if (random.Next(8) == 0)
        {
            using var refused = await SendAsync(HttpMethod.Put, $"{address}&digest={Digest.Of([.. whole, 0])}", last, null, random);
            await RegistryClient.AssertErrorAsync(refused, HttpStatusCode.BadRequest, "DIGEST_INVALID");
            using var gone = await portal.Client.GetAsync(address);
            await RegistryClient.AssertErrorAsync(gone, HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
            return;
        }

        using var put = await SendAsync(
            HttpMethod.Put, $"{address}&digest={digest}", last, random.Next(2) == 0 && last.Length > 0 ? Range(model.Count, last.Length) : null, random);
        using var blob = await portal.Client.GetAsync($"/v2/fuzz/upload/blobs/{digest}");

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(whole, await blob.Content.ReadAsByteArrayAsync());
    });

    /// <summary>Sends one chunk, and adds to the model what the server has to keep of it.</summary>
    private async Task TakeStepAsync(Random random, string address, List<byte> model)
    {
        var chunk = NewChunk(random);
        var right = Range(model.Count, chunk.Length);
        var range = random.Next(6) switch
        {
            0 => null,
            1 => Range(model.Count + random.Next(1, 9), chunk.Length),
            2 => Range(model.Count, chunk.Length + random.Next(1, 9)),
            3 => random.Damage(right, ["-", "/", "*", "bytes ", "0", "99999999999999999999", "x", ","]).Trim(),
            _ => right,
        };

        // A header that is all spaces or holds a line break is none.
        range = string.IsNullOrEmpty(range) || range.AsSpan().ContainsAnyExceptInRange(' ', '~') ? null : range;
        var isLying = range is not null && !(chunk.Length > 0 && IsRight(range, right));
        using var answer = await SendAsync(HttpMethod.Patch, address, chunk, range, isLying ? null : random);
        if (isLying)
        {
            await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.RequestedRangeNotSatisfiable, "RANGE_INVALID");
            return;
        }

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        model.AddRange(chunk);
    }

    /// <summary>Whether a header says the same as another: the grammar itself has a test of its own.</summary>
    private static bool IsRight(string range, string right) =>
        Portal.Registry.Protocol.ContentRange.TryParseChunk(range, out var parsed) && parsed.ToString() == right;

    private static byte[] NewChunk(Random random)
    {
        // Around the sizes at which the server reads, hashes and writes differently; mostly small.
        var size = random.Next(10) switch { 0 => 0, 1 => random.Next(60_000, 70_000), 2 => random.Next(1_000_000), _ => random.Next(1, 5000) };
        var chunk = new byte[size];
        random.NextBytes(chunk);
        return chunk;
    }

    private async Task<string> ReadRangeAsync(string address)
    {
        using var answer = await portal.Client.GetAsync(address);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        return answer.Headers.GetValues("Range").Single();
    }

    private static string Range(int length) => Range(0, Math.Max(1, length));

    private static string Range(int first, int length) => string.Create(CultureInfo.InvariantCulture, $"{first}-{first + length - 1}");

    /// <param name="framing">Whether the body's length is said or not; null to say it.</param>
    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string address, byte[] content, string? range, Random? framing)
    {
        return portal.Client.SendAsync(method, address, content, MediaTypes.OctetStream, request =>
        {
            request.Headers.TransferEncodingChunked = framing?.Next(3) == 0;
            if (range is not null)
            {
                Assert.True(request.Content!.Headers.TryAddWithoutValidation("Content-Range", range));
            }
        });
    }
}
