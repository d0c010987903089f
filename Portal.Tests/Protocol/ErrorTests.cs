using System.Net;
using System.Text.Json;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>What a client's mistake is answered with, on every resource.</summary>
public sealed class ErrorTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Zeros = "0000000000000000000000000000000000000000000000000000000000000000";

    private RegistryClient Client => portal.Client;

    public static TheoryData<string> BadNames =>
    [
        "A", "-a", "a-", ".a", "a.", "_a", "a_", "a..b", "a._b", "a___b", "a//b", "/a", "a/", "a:b", "a@b", "a+b", "..", "a/../b", "./a",
        "%2e%2e", "a%20b", "a%2Fb", "a%2fb", "..%2f..%2fetc", "%C3%A9", "a%zz", "a%5Cb", "a;b", new string('a', 256),
        new string('a', 254) + "%F0%9F%99%82",
    ];

    [Theory]
    [MemberData(nameof(BadNames))]
    public async Task Name_ThatIsNone_IsRefusedOnEveryResource(string name)
    {
        (HttpMethod Method, string Resource)[] requests =
        [
            (HttpMethod.Get, "tags/list"),
            (HttpMethod.Get, "manifests/latest"),
            (HttpMethod.Put, "manifests/latest"),
            (HttpMethod.Delete, "manifests/latest"),
            (HttpMethod.Get, $"blobs/sha256:{Zeros}"),
            (HttpMethod.Delete, $"blobs/sha256:{Zeros}"),
            (HttpMethod.Post, "blobs/uploads/"),
            (HttpMethod.Patch, "blobs/uploads/5ba6e5a1-9a8c-4a0b-8f53-2a6d9f9c4f55"),
            (HttpMethod.Put, $"blobs/uploads/5ba6e5a1-9a8c-4a0b-8f53-2a6d9f9c4f55?digest=sha256:{Zeros}"),
            (HttpMethod.Get, $"referrers/sha256:{Zeros}"),
        ];
        foreach (var (method, resource) in requests)
        {
            using var answer = await Client.SendAsync(method, $"/v2/{name}/{resource}");

            await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "NAME_INVALID");
        }
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a0.b-c--d__e/f_g")]
    [InlineData("blobs/uploads")]
    [InlineData("tags/list")]
    [InlineData("manifests/blobs")]
    public async Task Name_ThatIsUnusual_IsTaken(string name)
    {
        var digest = await Client.PushImageAsync(name, "1");

        using var answer = await Client.GetAsync($"/v2/{name}/manifests/{digest}");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["1"], await Client.TagsAsync(name));
    }

    [Fact]
    public async Task NameAndTag_OfTheLargestLength_AreTaken()
    {
        var name = string.Join('/', Enumerable.Repeat(new string('n', 63), 4));
        var tag = new string('t', 128);

        await Client.PushImageAsync(name, tag);

        Assert.Equal(255, name.Length);
        Assert.Equal([tag], await Client.TagsAsync(name));
    }

    public static TheoryData<string> BadTags =>
        ["-a", ".a", ".", "..", "%2e%2e", "a%20b", "a+b", "a@b", "%C3%A9", "a%zz", "a%5C..", new string('a', 129), new string('a', 127) + "%F0%9F%99%82"];

    [Theory]
    [MemberData(nameof(BadTags))]
    public async Task Tag_ThatIsNone_IsRefusedByEveryMethod(string tag)
    {
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete })
        {
            using var answer = await Client.SendAsync(method, $"/v2/error/tag/manifests/{tag}");

            await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "TAG_INVALID");
        }
    }

    public static TheoryData<string> BadDigests =>
    [
        "sha256:", ":", $":{Zeros}", "sha256:abc", $"sha256:{Zeros}0", $"sha256:A{Zeros[1..]}", $"sha256:g{Zeros[1..]}", $"SHA256:{Zeros}",
        $"sha256::{Zeros}", $"sha512:{Zeros}", $"sha384:{Zeros}", "md5:d41d8cd98f00b204e9800998ecf8427e", "sha256:%2e%2e", $"sha256:{Zeros}%20",
    ];

    [Theory]
    [MemberData(nameof(BadDigests))]
    public async Task Digest_ThatIsNone_IsRefusedOnEveryResource(string digest)
    {
        (HttpMethod Method, string Resource)[] requests =
        [
            (HttpMethod.Get, $"blobs/{digest}"),
            (HttpMethod.Delete, $"blobs/{digest}"),
            (HttpMethod.Get, $"manifests/{digest}"),
            (HttpMethod.Put, $"manifests/{digest}"),
            (HttpMethod.Delete, $"manifests/{digest}"),
            (HttpMethod.Get, $"referrers/{digest}"),
            (HttpMethod.Post, $"blobs/uploads/?digest={digest}"),
        ];
        foreach (var (method, resource) in requests)
        {
            using var answer = await Client.SendAsync(method, $"/v2/error/digest/{resource}");

            await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "DIGEST_INVALID");
        }
    }

    [Theory]
    [InlineData("/v2/BAD/manifests/.bad?n=-1", HttpStatusCode.BadRequest)]
    [InlineData("/v2/error/head/manifests/none", HttpStatusCode.NotFound)]
    [InlineData("/v2/error/head/blobs/sha256:" + Zeros, HttpStatusCode.NotFound)]
    [InlineData("/v2/error/head/tags/list", HttpStatusCode.NotFound)]
    [InlineData("/v2/error/head/referrers/none", HttpStatusCode.BadRequest)]
    [InlineData("/v2/error/head/blobs/uploads/", HttpStatusCode.MethodNotAllowed)]
    [InlineData("/v2/nothing", HttpStatusCode.NotFound)]
    public async Task Head_OfAMistake_HasTheErrorsHeadersWithoutItsBody(string path, HttpStatusCode status)
    {
        using var head = await Client.SendAsync(HttpMethod.Head, path);
        using var get = await Client.GetAsync(path);

        Assert.Equal(status, head.StatusCode);
        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Equal("application/json; charset=utf-8", head.Content.Headers.ContentType?.ToString());
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Mistakes_OfSeveralKinds_AreToldFromTheLeftOfTheAddress()
    {
        using var name = await Client.GetAsync("/v2/BAD/manifests/.bad");
        using var method = await Client.SendAsync(HttpMethod.Post, "/v2/BAD/manifests/x");
        using var reference = await Client.PutManifestAsync("error/order", ".bad", "no json"u8.ToArray(), MediaTypes.OciManifest);
        using var body = await Client.PutManifestAsync("error/order", $"sha256:{Zeros}", "no json"u8.ToArray(), MediaTypes.OciManifest);
        using var number = await Client.GetAsync("/v2/error/order/tags/list?n=x");

        await RegistryClient.AssertErrorAsync(name, HttpStatusCode.BadRequest, "NAME_INVALID");
        await RegistryClient.AssertErrorAsync(method, HttpStatusCode.BadRequest, "NAME_INVALID");
        await RegistryClient.AssertErrorAsync(reference, HttpStatusCode.BadRequest, "TAG_INVALID");
        await RegistryClient.AssertErrorAsync(body, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
        await RegistryClient.AssertErrorAsync(number, HttpStatusCode.BadRequest, "PAGINATION_NUMBER_INVALID");
    }

    [Fact]
    public async Task Unknown_SaysInItsDetailWhatWasAskedFor()
    {
        using var manifest = await Client.GetAsync("/v2/error/detail/manifests/1.0");
        using var blob = await Client.GetAsync($"/v2/error/detail/blobs/sha256:{Zeros}");
        using var repository = await Client.GetAsync("/v2/error/detail/tags/list");

        await RegistryClient.AssertErrorAsync(manifest, HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
        Assert.Equal("""{"name":"error/detail","reference":"1.0"}""", await DetailAsync(manifest));
        await RegistryClient.AssertErrorAsync(blob, HttpStatusCode.NotFound, "BLOB_UNKNOWN");
        Assert.Equal($$"""{"name":"error/detail","digest":"sha256:{{Zeros}}"}""", await DetailAsync(blob));
        await RegistryClient.AssertErrorAsync(repository, HttpStatusCode.NotFound, "NAME_UNKNOWN");
        Assert.Equal("""{"name":"error/detail"}""", await DetailAsync(repository));
    }

    [Theory]
    [InlineData("/v2/", "GET, HEAD")]
    [InlineData("/v2/_catalog", "GET, HEAD")]
    [InlineData("/v2/a/tags/list", "GET, HEAD")]
    [InlineData("/v2/a/manifests/1", "GET, HEAD, PUT, DELETE")]
    [InlineData("/v2/a/blobs/sha256:" + Zeros, "GET, HEAD, DELETE")]
    [InlineData("/v2/a/blobs/uploads/", "POST")]
    [InlineData("/v2/a/blobs/uploads/5ba6e5a1-9a8c-4a0b-8f53-2a6d9f9c4f55", "GET, HEAD, PATCH, PUT, DELETE")]
    [InlineData("/v2/a/referrers/sha256:" + Zeros, "GET, HEAD")]
    public async Task Method_ThatAnAddressDoesNotTake_IsToldWhatItTakes(string path, string allowed)
    {
        using var refused = await Client.SendAsync(new HttpMethod("PROPFIND"), path);
        using var options = await Client.SendAsync(HttpMethod.Options, path);

        await RegistryClient.AssertErrorAsync(refused, HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
        Assert.Equal(allowed, string.Join(", ", refused.Content.Headers.Allow));
        Assert.Equal(HttpStatusCode.OK, options.StatusCode);
        Assert.Equal(allowed, string.Join(", ", options.Content.Headers.Allow));
        Assert.Empty(await options.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/v2/")]
    [InlineData("/v2/_catalog")]
    [InlineData("/v2/a/tags/list")]
    [InlineData("/v2/nothing")]
    [InlineData("/v2/BAD/tags/list")]
    [InlineData("/v2/a/manifests/1")]
    [InlineData("/v2/a/blobs/sha256:" + Zeros)]
    [InlineData("/v2/a/referrers/sha256:" + Zeros)]
    [InlineData("/v2/a/blobs/uploads/")]
    public async Task Answer_BelowV2_SaysTheVersionOfTheProtocol(string path)
    {
        foreach (var method in new[] { "GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS" })
        {
            using var answer = await Client.SendAsync(new HttpMethod(method), path);

            Assert.Equal("registry/2.0", answer.Headers.GetValues("Docker-Distribution-API-Version").Single());
        }
    }

    private static async Task<string> DetailAsync(HttpResponseMessage answer)
    {
        using var json = await RegistryClient.ReadJsonAsync(answer);
        return JsonSerializer.Serialize(json.RootElement.GetProperty("errors")[0].GetProperty("detail"));
    }
}
