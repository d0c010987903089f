using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>The same requests to Debian's <c>docker-registry</c> and to ours: they differ where that is wanted, and nowhere else.</summary>
public sealed partial class DifferentialTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Zeros = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    private static readonly byte[] Blob = "0123456789"u8.ToArray();
    private static readonly string BlobDigest = Digest.Of(Blob).ToString();
    private static readonly byte[] Config = "{}"u8.ToArray();
    private static readonly string ConfigDigest = Digest.Of(Config).ToString();
    private static readonly byte[] Image = ImageBuilder.Manifest((Digest.Of(Config), Config.Length), [(Digest.Of(Blob), Blob.Length)]);
    private static readonly string ImageDigest = Digest.Of(Image).ToString();

    /// <summary>What is compared beside status and codes. Of addresses only the path: host, state and identifiers are each server's own.</summary>
    private static readonly string[] Compared =
    [
        "Docker-Distribution-API-Version", "Docker-Content-Digest", "Docker-Upload-UUID", "Content-Type", "Content-Length", "Content-Range", "Range",
        "ETag", "Cache-Control", "Accept-Ranges", "Allow", "Location", "Link",
    ];

    private static readonly Step[] Steps =
    [
        new("base", "GET", "/v2/"),
        new("base, HEAD", "HEAD", "/v2/"),
        new("base, without slash", "GET", "/v2"),
        new("base, doubled slash", "GET", "/v2//"),
        new("root", "GET", "/"),
        new("elsewhere", "GET", "/elsewhere"),
        new("catalog, empty", "GET", "/v2/_catalog"),
        new("upload, start", "POST", "/v2/diff/app/blobs/uploads/"),
        new("upload, bad name", "POST", "/v2/diff/APP/blobs/uploads/"),
        new("upload, chunk", "PATCH", "UPLOAD", Blob[..4]) { ContentRange = "0-3" },
        new("upload, status", "GET", "UPLOAD"),
        new("upload, rest", "PATCH", "UPLOAD", Blob[4..]),
        new("upload, no digest", "PUT", "UPLOAD"),
        new("upload, commit", "PUT", $"UPLOAD&digest={BlobDigest}"),
        new("upload, again", "GET", "UPLOAD"),
        new("upload, second", "POST", "/v2/diff/app/blobs/uploads/"),
        new("upload, wrong digest", "PUT", $"UPLOAD&digest={Zeros}", Blob),
        new("upload, third", "POST", "/v2/diff/app/blobs/uploads/"),
        new("upload, cancel", "DELETE", "UPLOAD"),
        new("upload, for nothing", "POST", "/v2/diff/app/blobs/uploads/"),
        new("upload, nothing", "PUT", $"UPLOAD&digest={Digest.Of(default)}"),
        new("upload, fourth", "POST", "/v2/diff/app/blobs/uploads/"),
        new("upload, whole", "PUT", $"UPLOAD&digest={ConfigDigest}", Config),
        new("upload, fifth", "POST", "/v2/diff/app/blobs/uploads/"),
        new("upload, chunk out of order", "PATCH", "UPLOAD", Blob[4..]) { ContentRange = "4-9" },
        new("upload, unknown", "GET", "/v2/diff/app/blobs/uploads/5ba6e5a1-9a8c-4a0b-8f53-2a6d9f9c4f55"),
        new("mount", "POST", $"/v2/diff/other/blobs/uploads/?mount={BlobDigest}&from=diff/app"),
        new("mount, not there", "POST", $"/v2/diff/other/blobs/uploads/?mount={Zeros}&from=diff/app"),
        new("blob", "GET", $"/v2/diff/app/blobs/{BlobDigest}"),
        new("blob, HEAD", "HEAD", $"/v2/diff/app/blobs/{BlobDigest}"),
        new("blob, range", "GET", $"/v2/diff/app/blobs/{BlobDigest}") { Range = "bytes=2-5" },
        new("blob, range without end", "GET", $"/v2/diff/app/blobs/{BlobDigest}") { Range = "bytes=-3" },
        new("blob, range beyond", "GET", $"/v2/diff/app/blobs/{BlobDigest}") { Range = "bytes=10-" },
        new("blob, known", "GET", $"/v2/diff/app/blobs/{BlobDigest}") { IfNoneMatch = $"\"{BlobDigest}\"" },
        new("blob, of another repository", "GET", $"/v2/diff/third/blobs/{BlobDigest}"),
        new("blob, unknown", "GET", $"/v2/diff/app/blobs/{Zeros}"),
        new("blob, unknown, HEAD", "HEAD", $"/v2/diff/app/blobs/{Zeros}"),
        new("blob, empty", "GET", $"/v2/diff/app/blobs/{Digest.Of(default)}"),
        new("blob, several ranges", "GET", $"/v2/diff/app/blobs/{BlobDigest}") { Range = "bytes=0-1,3-4" },
        new("blob, range of another unit", "GET", $"/v2/diff/app/blobs/{BlobDigest}") { Range = "lines=0-1" },
        new("blob, HEAD with range", "HEAD", $"/v2/diff/app/blobs/{BlobDigest}") { Range = "bytes=2-5" },
        new("blob, other known", "GET", $"/v2/diff/app/blobs/{BlobDigest}") { IfNoneMatch = "\"other\"" },
        new("blob, bad digest", "GET", "/v2/diff/app/blobs/sha256:short"),
        new("blob, method", "PUT", $"/v2/diff/app/blobs/{BlobDigest}"),
        new("manifest, blobs missing", "PUT", "/v2/diff/empty/manifests/1", Image, MediaTypes.OciManifest),
        new("manifest, put", "PUT", "/v2/diff/app/manifests/1", Image, MediaTypes.OciManifest),
        new("manifest, put by digest", "PUT", $"/v2/diff/app/manifests/{ImageDigest}", Image, MediaTypes.OciManifest),
        new("manifest, put by wrong digest", "PUT", $"/v2/diff/app/manifests/{Zeros}", Image, MediaTypes.OciManifest),
        new("manifest, no JSON", "PUT", "/v2/diff/app/manifests/1", Blob, MediaTypes.OciManifest),
        new("manifest, other type", "PUT", "/v2/diff/app/manifests/1", Image, MediaTypes.OciIndex),
        new("manifest, Docker's without type", "PUT", "/v2/diff/app/manifests/1", Encoding.UTF8.GetBytes("""{"schemaVersion":2,"manifests":[]}"""), MediaTypes.DockerManifestList),
        new("manifest, too large", "PUT", "/v2/diff/app/manifests/1", new byte[Manifest.MaxSize + 1], MediaTypes.OciManifest),
        new("manifest, unknown type", "PUT", "/v2/diff/app/manifests/1", Image, "application/x-unknown"),
        new("manifest, type with parameter", "PUT", "/v2/diff/app/manifests/1", Image, MediaTypes.OciManifest + "; charset=utf-8"),
        new("index, children missing", "PUT", "/v2/diff/app/manifests/i", ImageBuilder.Index((Digest.Of("x"u8), "amd64")), MediaTypes.OciIndex),
        new("index, put", "PUT", "/v2/diff/app/manifests/i", ImageBuilder.Index((Digest.Of(Image), Image.Length, "amd64")), MediaTypes.OciIndex),
        new("index", "GET", "/v2/diff/app/manifests/i"),
        new("index, untag", "DELETE", $"/v2/diff/app/manifests/{Digest.Of(ImageBuilder.Index((Digest.Of(Image), Image.Length, "amd64")))}"),
        new("manifest, bad tag", "PUT", "/v2/diff/app/manifests/.bad", Image, MediaTypes.OciManifest),
        new("manifest", "GET", "/v2/diff/app/manifests/1"),
        new("manifest, HEAD", "HEAD", "/v2/diff/app/manifests/1"),
        new("manifest, by digest", "GET", $"/v2/diff/app/manifests/{ImageDigest}"),
        new("manifest, known", "GET", "/v2/diff/app/manifests/1") { IfNoneMatch = $"\"{ImageDigest}\"" },
        new("manifest, unknown", "GET", "/v2/diff/app/manifests/none"),
        new("manifest, unknown digest", "GET", $"/v2/diff/app/manifests/{Zeros}"),
        new("manifest, of no repository", "GET", "/v2/diff/none/manifests/1"),
        new("manifest, method", "POST", "/v2/diff/app/manifests/1"),
        new("tags", "GET", "/v2/diff/app/tags/list"),
        new("tags, second", "PUT", "/v2/diff/app/manifests/2", Image, MediaTypes.OciManifest),
        new("tags, of no repository", "GET", "/v2/diff/none/tags/list"),
        new("tags, page", "GET", "/v2/diff/app/tags/list?n=1"),
        new("tags, behind", "GET", "/v2/diff/app/tags/list?n=5&last=1"),
        new("tags, HEAD", "HEAD", "/v2/diff/app/tags/list"),
        new("tags, OPTIONS", "OPTIONS", "/v2/diff/app/tags/list"),
        new("catalog, OPTIONS", "OPTIONS", "/v2/_catalog"),
        new("catalog, page", "GET", "/v2/_catalog?n=1"),
        new("catalog, too many", "GET", "/v2/_catalog?n=100000"),
        new("catalog, negative", "GET", "/v2/_catalog?n=-1"),
        new("catalog, no number", "GET", "/v2/_catalog?n=x"),
        new("delete, unknown manifest", "DELETE", $"/v2/diff/app/manifests/{Zeros}"),
        new("delete, tag", "DELETE", "/v2/diff/app/manifests/2"),
        new("delete, manifest", "DELETE", $"/v2/diff/app/manifests/{ImageDigest}"),
        new("delete, manifest again", "DELETE", $"/v2/diff/app/manifests/{ImageDigest}"),
        new("delete, gone", "GET", "/v2/diff/app/manifests/1"),
        new("delete, blob", "DELETE", $"/v2/diff/app/blobs/{BlobDigest}"),
        new("delete, blob again", "DELETE", $"/v2/diff/app/blobs/{BlobDigest}"),
        new("tags, none left", "GET", "/v2/diff/app/tags/list"),
    ];

    [Fact]
    public async Task Answers_AreUpstreams_ButWhereTheyAreMeantToDiffer()
    {
        using var folder = new TempFolder();
        var address = ChildProcess.FreeAddress();
        await using var upstream = await UpstreamProcess.StartAsync(address, folder);
        using var client = new RegistryClient(address);
        var theirs = new Session(client);
        var ours = new Session(portal.Client);
        var found = new List<string>();
        foreach (var step in Steps)
        {
            var (left, right) = (await theirs.SendAsync(step), await ours.SendAsync(step));

            // With another status everything is another: that alone is told.
            var differences = left.Zip(right).Where(pair => pair.First != pair.Second).Select(pair => $"{step.Name}: {pair.First} -> {pair.Second}".Replace(ImageDigest, "IMAGE", StringComparison.Ordinal));
            found.AddRange(left[0] == right[0] ? differences : differences.Take(1));
        }

        var wanted = WantedDifferences.All.Select(difference => difference.What).ToList();
        Assert.True(found.SequenceEqual(wanted), $"not wanted:\n{string.Join('\n', found.Except(wanted))}\nnot found:\n{string.Join('\n', wanted.Except(found))}");
    }

    private sealed record Step(string Name, string Method, string Path, byte[]? Body = null, string? ContentType = null)
    {
        public string? ContentRange { get; init; }

        public string? Range { get; init; }

        public string? IfNoneMatch { get; init; }
    }

    /// <summary>One server's side: it keeps the upload's address that the server gave.</summary>
    private sealed partial class Session(RegistryClient client)
    {
        private string _upload = string.Empty;

        /// <returns>Status and codes, then each compared header and the content, as text.</returns>
        public async Task<string[]> SendAsync(Step step)
        {
            try
            {
                return await ExchangeAsync(step);
            }
            catch (HttpRequestException exception) when (exception.InnerException is HttpIOException)
            {
                return ["an answer that breaks off"];
            }
        }

        private async Task<string[]> ExchangeAsync(Step step)
        {
            var path = step.Path.Replace("UPLOAD", _upload, StringComparison.Ordinal);
            using var answer = await client.SendAsync(new HttpMethod(step.Method), path, step.Body ?? (step.Method == "GET" ? null : []), step.ContentType, request =>
            {
                request.Headers.TryAddWithoutValidation("Accept", [MediaTypes.OciManifest, MediaTypes.OciIndex, MediaTypes.DockerManifest]);
                Add(request.Headers, "Range", step.Range);
                Add(request.Headers, "If-None-Match", step.IfNoneMatch);
                Add(request.Content?.Headers, "Content-Range", step.ContentRange);
            });
            if (answer.Headers.Location?.ToString() is { } location && location.Contains("/uploads/", StringComparison.Ordinal))
            {
                _upload = new Uri(location).PathAndQuery;
            }

            var headers = answer.Headers.Concat(answer.Content.Headers).ToDictionary(
                header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
            // Upstream lists tags as its file system gives them.
            var content = Tags().Replace(await answer.Content.ReadAsStringAsync(), list => $"\"tags\":[{string.Join(',', list.Groups[1].Value.Split(',').Order())}]");
            var codes = string.Join(' ', Code().Matches(content).Select(match => match.Groups[1].Value));
            return
            [
                $"{(int)answer.StatusCode} {codes}".TrimEnd(),
                answer.IsSuccessStatusCode ? $"content: {content.Trim()}" : "no content",
                .. Compared.Select(name => $"{name}: {Normalise(name, headers.GetValueOrDefault(name, "none"), answer)}"),
            ];
        }

        private static void Add(HttpHeaders? headers, string name, string? value)
        {
            if (value is not null)
            {
                Assert.True(headers!.TryAddWithoutValidation(name, value));
            }
        }

        private static string Normalise(string name, string value, HttpResponseMessage answer) => name switch
        {
            "Allow" => string.Join(", ", value.Split(", ").Order()),
            "Docker-Upload-UUID" when value != "none" => "an identifier",
            "Location" or "Link" => Identifier().Replace(Origin().Replace(value, string.Empty), "ID").Split("?_state")[0],

            // Errors are told in each server's own words, and lists in its own white space.
            "Content-Length" when !answer.IsSuccessStatusCode || answer.Content.Headers.ContentType?.MediaType == "application/json" => "any",
            _ => value,
        };

        [GeneratedRegex("\"code\":\"([A-Z_]+)\"")]
        private static partial Regex Code();

        [GeneratedRegex("\"tags\":\\[([^]]*)]")]
        private static partial Regex Tags();

        [GeneratedRegex("[0-9a-f]{8}-[0-9a-f-]{27}")]
        private static partial Regex Identifier();

        [GeneratedRegex("http://[^/]*")]
        private static partial Regex Origin();
    }
}
