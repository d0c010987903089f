namespace Portal.Tests.EndToEnd;

/// <summary>Where this registry answers otherwise than upstream 2.8, and why, in the order of the requests.</summary>
internal static class WantedDifferences
{
    private const string OurWords = "a mistake is told in the protocol's JSON, also where upstream's router answers in plain text";
    private const string NoNumber = "\"n\" that is none is a mistake; upstream passes over it";
    private const string Pages = "the specification: tags come in order and in pages; upstream has neither";

    public static (string What, string Why)[] All { get; } =
    [
        ("base, without slash: Content-Type: text/html; charset=utf-8 -> Content-Type: none", "a redirect needs no page"),
        ("root: Docker-Distribution-API-Version: none -> Docker-Distribution-API-Version: registry/2.0", "one rule for the whole listener"),
        ("elsewhere: 404 -> 404 NAME_UNKNOWN", OurWords),
        ("upload, bad name: 404 -> 400 NAME_INVALID", OurWords),
        ("upload, chunk out of order: 202 -> 416 RANGE_INVALID", "the specification; upstream appends what does not belong there"),
        ("upload, unknown: 404 BLOB_UPLOAD_INVALID -> 400 BLOB_UPLOAD_INVALID", "the code's own status"),
        ("blob, range beyond: an answer that breaks off -> 416 RANGE_INVALID", "upstream says the blob's length and sends an error's text"),
        ("blob, known: Accept-Ranges: none -> Accept-Ranges: bytes", "no harm, and one place that says it"),
        ("blob, several ranges: 206 -> 200", "RFC 9110, 14.2 lets a server send all of it: no client of this protocol asks so"),
        ("blob, range of another unit: an answer that breaks off -> 200", "RFC 9110, 14.2: such a header is ignored"),
        ("blob, HEAD with range: 206 -> 200", "RFC 9110, 14.2: Range is for GET alone"),
        ("blob, method: 405 -> 405 UNSUPPORTED", OurWords),
        ("manifest, bad tag: 404 -> 400 TAG_INVALID", OurWords),
        ("manifest, known: Docker-Content-Digest: none -> Docker-Content-Digest: IMAGE", "a client learns the digest of its tag without the bytes"),
        ("manifest, known: ETag: none -> ETag: \"IMAGE\"", "RFC 9110, 15.4.5: a 304 has the ETag that a 200 would have had"),
        ("manifest, method: 405 -> 405 UNSUPPORTED", OurWords),
        ("tags, page: content: {\"name\":\"diff/app\",\"tags\":[\"1\",\"2\"]} -> content: {\"name\":\"diff/app\",\"tags\":[\"1\"]}", Pages),
        ("tags, page: Link: none -> Link: </v2/diff/app/tags/list?last=1&n=1>; rel=\"next\"", Pages),
        ("tags, behind: content: {\"name\":\"diff/app\",\"tags\":[\"1\",\"2\"]} -> content: {\"name\":\"diff/app\",\"tags\":[\"2\"]}", Pages),
        ("tags, HEAD: 405 -> 200", "RFC 9110, 9.1: what takes GET takes HEAD"),
        ("tags, OPTIONS: Allow: GET -> Allow: GET, HEAD", "the same"),
        ("catalog, OPTIONS: Allow: GET -> Allow: GET, HEAD", "the same"),
        ("catalog, page: Link: </v2/_catalog?last=diff%2Fapp&n=1>; rel=\"next\" -> Link: none", "a repository is listed while it has a manifest, and the other has only a blob"),
        ("catalog, negative: 200 -> 400 PAGINATION_NUMBER_INVALID", NoNumber),
        ("catalog, no number: 200 -> 400 PAGINATION_NUMBER_INVALID", NoNumber),
        ("delete, tag: 400 DIGEST_INVALID -> 202", "the specification: a tag can be deleted"),
        ("tags, none left: content: {\"name\":\"diff/app\",\"tags\":null} -> content: {\"name\":\"diff/app\",\"tags\":[]}", "the specification: tags is a list"),
    ];
}
