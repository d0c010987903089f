using System.Net;
using System.Text;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Fuzz;

/// <summary>Damaged requests to the live server: it refuses them in the protocol's words and goes on serving.</summary>
public sealed class ServerFuzzTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly string[] Methods =
        ["GET", "GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "get", "CONNECT", "TRACE", "G\0T", "G T", "", "PRI", "É"];

    private static readonly string[] Targets =
    [
        "/v2/", "/v2", "/", "//v2/", "*", "http://other.example.com/v2/_catalog", "/v2/_catalog?n=1&last=a", "/v2/fuzz/app/tags/list?n=2&last=a",
        "/v2/fuzz/app/manifests/1.0", "/v2/fuzz/app/manifests/DIGEST", "/v2/fuzz/app/blobs/DIGEST", "/v2/fuzz/app/referrers/DIGEST?artifactType=a&n=1",
        "/v2/fuzz/other/blobs/uploads/", "/v2/fuzz/other/blobs/uploads/?digest=DIGEST", "/v2/fuzz/other/blobs/uploads/?mount=DIGEST&from=fuzz/app",
        "UPLOAD", "UPLOAD&digest=DIGEST", "/v1/_ping", "/v1/search?q=a&n=3&page=2", "/elsewhere?x",
    ];

    private static readonly string[] Names =
    [
        "Content-Range", "Range", "Content-Length", "Transfer-Encoding", "Content-Type", "Content-Encoding", "If-None-Match", "Accept", "Authorization", "Expect",
        "Forwarded", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-For", "Upgrade", "Host", "Cookie", "X-\u00e9", "", " X", "Trailer", "TE", ":path",
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

    private static readonly string[] Bodies =
        ["", "0123456789", "A\r\n0123456789\r\n0\r\n\r\n", "5\r\n01234\r\n", "zz\r\n", "{\"schemaVersion\":2,\"manifests\":[]}", "{\"schemaVersion\":2,\"\u00ff\":\"\\ud800\"}", new string('0', 70_000)];

    [Fact]
    public async Task DamagedRequests_AreRefusedAndTheServerGoesOn()
    {
        var digest = await portal.Client.PushImageAsync("known/app", "1.0");

        await FuzzRun.RepeatAsync(2_000, async random =>
        {
            if (random.Next(20) == 0)
            {
                // Some of the requests are valid deletes.
                await portal.Client.PushImageAsync("fuzz/app", "1.0");
                await portal.Client.PushBlobAsync("fuzz/app", await ReadManifestAsync("fuzz/app"));
            }

            var upload = random.Next(4) == 0 ? new Uri(await portal.Client.StartUploadAsync("fuzz/other")).PathAndQuery : "/v2/fuzz/other/blobs/uploads/none?_state=x";
            var target = Fill(random.Pick(Targets));
            target = random.Next(2) == 0 ? target : Fill(random.Damage(target, Pieces));
            var headers = Enumerable.Range(0, random.Next(5)).Select(_ => (Name: random.Pick(Names), Value: Fill(random.Pick(Values))));
            var body = random.Pick(Bodies);
            var request = new StringBuilder($"{random.Pick(Methods)} {target} HTTP/1.1\r\nConnection: close\r\nHost: {portal.RegistryAddress.Authority}\r\n")
                .AppendJoin(string.Empty, headers.Select(header => $"{header.Name}: {header.Value}\r\n"))
                .Append(random.Next(2) == 0 ? $"Content-Length: {body.Length}\r\n\r\n" : "\r\n")
                .Append(body);
            var text = random.Next(4) == 0 ? random.Damage(request.ToString(), Pieces) : request.ToString();

            var answer = await RawExchange.SendAsync(portal.RegistryAddress, random.Next(2) == 0 ? Encoding.UTF8.GetBytes(text) : Encoding.Latin1.GetBytes(text));

            answer?.AssertSound(isBelowV2: target.StartsWith("/v2/", StringComparison.Ordinal));

            string Fill(string template) => template
                .Replace("DIGEST", digest.ToString(), StringComparison.Ordinal)
                .Replace("UPLOAD", upload, StringComparison.Ordinal);
        });

        Assert.Equal(digest, Digest.Of(await ReadManifestAsync("known/app")));
    }

    private async Task<byte[]> ReadManifestAsync(string repository)
    {
        using var image = await portal.Client.GetAsync($"/v2/{repository}/manifests/1.0");
        Assert.Equal(HttpStatusCode.OK, image.StatusCode);
        return await image.Content.ReadAsByteArrayAsync();
    }
}
