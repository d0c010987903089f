using System.Net;
using System.Text.Json;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>The edges of <c>n</c>, <c>last</c> and <c>Link</c> in every list.</summary>
public sealed class PaginationTests(PaginationTests.ManyRepositories portal) : IClassFixture<PaginationTests.ManyRepositories>
{
    private static readonly byte[] EmptyIndex = """{"schemaVersion":2,"manifests":[]}"""u8.ToArray();

    private RegistryClient Client => portal.Client;

    [Fact]
    public async Task Catalog_WithoutNumber_IsPagesOfAHundred()
    {
        using var first = await Client.GetAsync("/v2/_catalog");
        using var second = await Client.GetAsync(Next(first)!);

        Assert.Equal(portal.Names[..100], await NamesAsync(first));
        Assert.Equal($"<{portal.RegistryAddress}v2/_catalog?last=page%2F099&n=100>; rel=\"next\"", first.Headers.GetValues("Link").Single());
        Assert.Equal(portal.Names[100..], await NamesAsync(second));
        Assert.Null(Next(second));
    }

    [Theory]
    [InlineData("/v2/_catalog", 7)]
    [InlineData("/v2/_catalog", 103)]
    [InlineData("/v2/_catalog", 1000)]
    [InlineData("/v2/page/000/tags/list", 1)]
    [InlineData("/v2/page/000/tags/list", 2)]
    [InlineData("/v2/page/000/tags/list", 2147483647)]
    public async Task Links_Followed_GiveEachEntryOnceAndEnd(string list, int count)
    {
        var expected = list == "/v2/_catalog" ? portal.Names : ["1", "2", "3", "4"];
        var entries = new List<string>();

        for (var next = $"{list}?n={count}"; next is not null;)
        {
            using var page = await Client.GetAsync(next);
            var names = await NamesAsync(page);
            Assert.InRange(names.Length, 1, count);
            entries.AddRange(names);
            next = Next(page);
        }

        Assert.Equal(expected, entries);
    }

    [Theory]
    [InlineData("/v2/_catalog?n=0", "")]
    [InlineData("/v2/_catalog?n=5&last=zzz", "")]
    [InlineData("/v2/_catalog?last=page/102", "")]
    [InlineData("/v2/_catalog?last=page/100x", "page/101 page/102")]
    [InlineData("/v2/_catalog?last=page/101&n=", "page/102")]
    [InlineData("/v2/_catalog?n=2&last=page/100", "page/101 page/102")]
    [InlineData("/v2/page/000/tags/list?n=0", "")]
    [InlineData("/v2/page/000/tags/list?n=9&last=zzz", "")]
    [InlineData("/v2/page/000/tags/list?last=4", "")]
    [InlineData("/v2/page/000/tags/list?last=2x", "3 4")]
    [InlineData("/v2/page/000/tags/list?n=2&last=2", "3 4")]
    [InlineData("/v2/page/000/tags/list?last=../..", "1 2 3 4")]
    public async Task LastPage_HasNoLink(string path, string expected)
    {
        using var answer = await Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(expected, string.Join(' ', await NamesAsync(answer)));
        Assert.Null(Next(answer));
    }

    [Theory]
    [InlineData("/v2/_catalog?n=1001")]
    [InlineData("/v2/_catalog?n=1.5")]
    [InlineData("/v2/_catalog?n=%201")]
    [InlineData("/v2/_catalog?n=0x10")]
    [InlineData("/v2/_catalog?n=1%00")]
    [InlineData("/v2/page/000/tags/list?n=%2B1")]
    [InlineData("/v2/page/000/referrers/sha256:0000000000000000000000000000000000000000000000000000000000000000?n=-1")]
    public async Task Number_ThatIsNone_Is400(string path)
    {
        using var answer = await Client.GetAsync(path);

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "PAGINATION_NUMBER_INVALID");
    }

    [Fact]
    public async Task Tags_OfARepositoryWithoutAny_AreAnEmptyList()
    {
        using var put = await Client.PutManifestAsync("untagged", Digest.Of(EmptyIndex).ToString(), EmptyIndex, MediaTypes.OciIndex);
        using var answer = await Client.GetAsync("/v2/untagged/tags/list");
        using var deleted = await Client.SendAsync(HttpMethod.Delete, $"/v2/untagged/manifests/{Digest.Of(EmptyIndex)}");

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal("""{"name":"untagged","tags":[]}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
    }

    [Theory]
    [InlineData("/v2/")]
    [InlineData("/v2/_catalog?n=1")]
    [InlineData("/v2/page/000/tags/list?n=1")]
    [InlineData("/v2/page/000/referrers/sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task Head_OfAList_HasTheHeadersOfGetWithoutItsBody(string path)
    {
        using var get = await Client.GetAsync(path);
        using var head = await Client.SendAsync(HttpMethod.Head, path);

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Equal(Next(get), Next(head));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    /// <returns>The address in the Link header; null without one.</returns>
    private static string? Next(HttpResponseMessage answer)
    {
        if (!answer.Headers.TryGetValues("Link", out var links))
        {
            return null;
        }

        var link = links.Single();
        Assert.EndsWith(">; rel=\"next\"", link, StringComparison.Ordinal);
        return link[1..link.IndexOf('>', StringComparison.Ordinal)];
    }

    private static async Task<string[]> NamesAsync(HttpResponseMessage answer)
    {
        using var json = await RegistryClient.ReadJsonAsync(answer);
        var list = json.RootElement.EnumerateObject().Single(property => property.Value.ValueKind == JsonValueKind.Array);
        return [.. list.Value.EnumerateArray().Select(name => name.GetString()!)];
    }

    /// <summary>103 repositories of one tag each, and three tags more in the first.</summary>
    public sealed class ManyRepositories : PortalFixture, IAsyncLifetime
    {
        public string[] Names { get; } = [.. Enumerable.Range(0, 103).Select(number => $"page/{number:000}")];

        async ValueTask IAsyncLifetime.InitializeAsync()
        {
            await InitializeAsync();
            foreach (var reference in Names.Select(name => (name, "1")).Concat([(Names[0], "2"), (Names[0], "3"), (Names[0], "4")]))
            {
                using var answer = await Client.PutManifestAsync(reference.Item1, reference.Item2, EmptyIndex, MediaTypes.OciIndex);
                Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
            }
        }
    }
}
