using System.Net;
using System.Text;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Fuzz;

/// <summary>Damaged requests to the live server: it refuses them in the protocol's words and goes on serving.</summary>
public sealed class ServerFuzzTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly string[] Methods =
        ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "get", "CONNECT", "TRACE", "G\0T", "G T", "", "PRI", "É"];

    /// <summary>Each with the method that it is made for.</summary>
    private static readonly (string Method, string Target)[] Targets =
    [
        ("GET", "/v2/"), ("GET", "/v2"), ("GET", "/"), ("GET", "//v2/"), ("OPTIONS", "*"), ("GET", "http://other.example.com/v2/_catalog"), ("GET", "/v2/_catalog?n=1&last=a"),
        ("GET", "/v2/fuzz/app/tags/list?n=2&last=a"), ("GET", "/v2/fuzz/app/manifests/1.0"), ("HEAD", "/v2/fuzz/app/manifests/DIGEST"), ("PUT", "/v2/fuzz/app/manifests/2.0"),
        ("GET", "/v2/fuzz/app/blobs/DIGEST"), ("DELETE", "/v2/fuzz/app/blobs/DIGEST"), ("GET", "/v2/fuzz/app/referrers/DIGEST?artifactType=a&n=1"),
        ("POST", "/v2/fuzz/other/blobs/uploads/"), ("POST", "/v2/fuzz/other/blobs/uploads/?digest=DIGEST"), ("POST", "/v2/fuzz/other/blobs/uploads/?mount=DIGEST&from=fuzz/app"),
        ("PATCH", "UPLOAD"), ("PUT", "UPLOAD&digest=DIGEST"), ("GET", "UPLOAD"), ("GET", "/v1/_ping"), ("GET", "/v1/search?q=a&n=3&page=2"), ("GET", "/elsewhere?x"),
    ];

    private static readonly string[] Names =
    [
        "Content-Range", "Range", "Content-Length", "Transfer-Encoding", "Content-Type", "Content-Encoding", "If-None-Match", "Accept", "Authorization", "Expect",
        "Forwarded", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-For", "Upgrade", "Host", "Cookie", "X-\u00e9", "", " X", "Trailer", "TE", ":path",
    ];

    /// <summary>Headers that this registry reads, with what it may find in them.</summary>
    private static readonly (string Name, string[] Values)[] Known =
    [
        ("Content-Range", ["0-9", "5-9", "bytes 0-9/10", "0-9223372036854775807", "🙂", "9-0"]), ("Range", ["bytes=0-4", "bytes=-1", "bytes=99999-", "bytes=0-1,3-4"]),
        ("Content-Type", [MediaTypes.OciManifest, MediaTypes.OciIndex + "; charset=utf-8", "text/plain; ;=", "é"]), ("If-None-Match", ["\"DIGEST\"", "W/DIGEST", "*", "é"]),
        ("Forwarded", ["for=;proto=https;host=\"[::1", "host=é.example.com", "proto=ü;host=a", "host=a;host=b\u00a0"]), ("X-Forwarded-Proto", ["https", "é", "https, http"]),
        ("X-Forwarded-Host", ["é.example.com", "a b", "evil.example.com/x", "例え.テスト", "[::1", "a:99999", "a@b"]), ("Authorization", ["Basic !!!", "Basic Ojo=", "Bearer é"]),
    ];

    private static readonly string[] Values =
    [
        "0-9", "5-9", "bytes 0-9/10", "0-9223372036854775807", "bytes=0-4", "bytes=-1", "bytes=9-", "bytes=0-1,3-4", "0", "1", "10", "-1", "4194305", "99999999999",
        "99999999999999999999", "chunked", "chunked, chunked", "gzip", "identity", MediaTypes.OciManifest, MediaTypes.OciIndex + "; charset=utf-8", "text/plain; ;=", "\"DIGEST\"",
        "DIGEST", "W/\"DIGEST\"", "*", "*/*;q=2", "Basic !!!", "100-continue", "websocket", "h2c", "for=;proto=https;host=\"[::1", "https", "a b", "evil.example.com/x", "", "é", "\0", "\t",
        new string('x', 9000),
    ];

    private static readonly string[] Pieces =
    [
        "\r\n", "\n", "\r", "\r\n\r\n", " ", "\0", "?", "&", "=", "#", "%", "%2F", "%00", "%zz", "%F0%9F%99%82", "%ED%A0%80", "../", "/", "//", "é", "DIGEST", "sha256:", "n=-1", "n=99999",
        "last=%F0%9F%99%82", "digest=DIGEST", "_state=", "HTTP/9.9", "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "Connection: Upgrade, HTTP2-Settings\r\n", "🙂",
    ];

    /// <summary>What a head holds that may make the server wait for more.</summary>
    private static readonly string[] Framing = ["Content-Length", "Transfer-Encoding", "Expect", "Upgrade"];

    private static readonly string[] Bodies =
        ["", "0123456789", "A\r\n0123456789\r\n0\r\n\r\n", "5\r\n01234\r\n", "zz\r\n", "{\"schemaVersion\":2,\"manifests\":[]}", "{\"schemaVersion\":2,\"x\":\"\\ud800\"}", new string('0', 70_000)];

    [Fact]
    public async Task DamagedRequests_AreRefusedAndTheServerGoesOn()
    {
        var digest = await portal.Client.PushImageAsync("known/app", "1.0");

        await FuzzRun.RepeatAsync(70, async random =>
        {
            // Some of the requests are valid deletes.
            await portal.Client.PushImageAsync("fuzz/app", "1.0");
            await portal.Client.PushBlobAsync("fuzz/app", await ReadManifestAsync("fuzz/app"));
            var upload = new Uri(await portal.Client.StartUploadAsync("fuzz/other")).PathAndQuery;

            // Side by side: a server that waits for more of one costs the others no time.
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendDamagedAsync(new Random(random.Next()), digest.ToString(), upload)));
        });

        Assert.Equal(digest, Digest.Of(await ReadManifestAsync("known/app")));
    }

    private async Task SendDamagedAsync(Random random, string digest, string upload)
    {
        var (method, target) = random.Pick(Targets);
        method = random.Next(2) == 0 ? method : random.Pick(Methods);
        target = Fill(random.Next(2) == 0 ? target : random.Damage(target, Pieces));
        var headers = string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => NewHeader(random)).Select(header => $"{header.Name}: {Fill(header.Value)}\r\n"));
        var body = random.Pick(Bodies);
        var text = $"{method} {target} HTTP/1.1\r\nConnection: close\r\nHost: {portal.RegistryAddress.Authority}\r\nContent-Length: {body.Length}\r\n{headers}\r\n{body}";
        var isWhole = random.Next(4) > 0 && !Framing.Any(word => headers.Contains(word, StringComparison.OrdinalIgnoreCase));
        text = isWhole ? text : random.Damage(text, Pieces);

        var bytes = random.Next(2) == 0 ? Encoding.UTF8.GetBytes(text) : Encoding.Latin1.GetBytes(text);
        var answer = await RawExchange.SendAsync(portal.RegistryAddress, bytes, isWhole);

        answer?.AssertSound(isBelowV2: target.StartsWith("/v2/", StringComparison.Ordinal));

        string Fill(string template) => template
            .Replace("DIGEST", digest, StringComparison.Ordinal)
            .Replace("UPLOAD", upload, StringComparison.Ordinal);
    }

    private static (string Name, string Value) NewHeader(Random random)
    {
        if (random.Next(2) == 0)
        {
            return (random.Pick(Names), random.Pick(Values));
        }

        var (name, values) = random.Pick(Known);
        var value = random.Pick(values);
        return (name, random.Next(3) == 0 ? random.Damage(value, Pieces) : value);
    }

    private async Task<byte[]> ReadManifestAsync(string repository)
    {
        using var image = await portal.Client.GetAsync($"/v2/{repository}/manifests/1.0");
        Assert.Equal(HttpStatusCode.OK, image.StatusCode);
        return await image.Content.ReadAsByteArrayAsync();
    }
}
