using System.Net;
using System.Text;
using System.Text.Json;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>What refers to a manifest (OCI distribution 1.1, "Listing Referrers"), also as clients say it that know no such list.</summary>
public sealed class ReferrersTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly Digest Subject = Digest.Of("comes later"u8);

    private RegistryClient Client => portal.Client;

    [Theory]
    [InlineData("", null)]
    [InlineData("?artifactType=application%2Fx.none", "artifactType")]
    public async Task List_OfWhatNobodyRefersTo_IsAnEmptyIndex(string query, string? filters)
    {
        foreach (var digest in new[] { Subject, Digest.Of("x"u8, DigestAlgorithm.Sha512) })
        {
            using var answer = await Client.GetAsync($"/v2/ref/nowhere/referrers/{digest}{query}");

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(MediaTypes.OciIndex, answer.Content.Headers.ContentType!.ToString());
            using var wanted = JsonDocument.Parse($$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[]}""");
            using var json = await RegistryClient.ReadJsonAsync(answer);
            Assert.True(JsonElement.DeepEquals(wanted.RootElement, json.RootElement));
            Assert.Equal(filters, answer.Headers.TryGetValues("OCI-Filters-Applied", out var values) ? values.Single() : null);
        }
    }

    [Theory]
    [InlineData("latest")]
    [InlineData("sha256:short")]
    public async Task List_OfWhatIsNoDigest_Is400(string digest)
    {
        using var answer = await Client.GetAsync($"/v2/ref/bad/referrers/{digest}");

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "DIGEST_INVALID");
    }

    [Theory]
    [InlineData("config", ""","artifactType":"application/x.own","annotations":{"a":"b","c":"ü"}""", """ "artifactType":"application/x.own","annotations":{"a":"b","c":"ü"} """)]
    [InlineData("config", "", """ "artifactType":"application/x.config" """)]
    [InlineData("config", ""","artifactType":"" """, """ "artifactType":"application/x.config" """)]
    [InlineData("manifests", ""","artifactType":"application/x.index","annotations":{"a":"b"}""", """ "artifactType":"application/x.index","annotations":{"a":"b"} """)]
    [InlineData("manifests", "", "")]
    [InlineData("manifests", ""","artifactType":"" """, "")]
    public async Task Descriptor_HasTheTypeAndAnnotationsOfItsManifest(string kind, string fields, string expected)
    {
        var repository = $"ref/type{Digest.Of(Encoding.UTF8.GetBytes(kind + fields)).Hex[..8]}";
        var (mediaType, content) = await BuildAsync(repository, kind, Subject, fields);

        using var put = await Client.PutManifestAsync(repository, Digest.Of(content).ToString(), content, mediaType);
        using var answer = await Client.GetAsync($"/v2/{repository}/referrers/{Subject}");
        using var json = await RegistryClient.ReadJsonAsync(answer);

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        using var wanted = JsonDocument.Parse(
            $$"""{"mediaType":"{{mediaType}}","digest":"{{Digest.Of(content)}}","size":{{content.Length}}{{(expected.Length > 0 ? "," : "")}}{{expected}}}""");
        Assert.True(JsonElement.DeepEquals(wanted.RootElement, Assert.Single(json.RootElement.GetProperty("manifests").EnumerateArray())));
    }

    [Fact]
    public async Task Put_WithASubject_SaysThatItWasUnderstood()
    {
        var (mediaType, content) = await BuildAsync("ref/header", "config", Subject, string.Empty);
        var (_, without) = await BuildAsync("ref/header", "manifests", null, string.Empty);

        using var byTag = await Client.PutManifestAsync("ref/header", "1", content, mediaType);
        using var byDigest = await Client.PutManifestAsync("ref/header", Digest.Of(content).ToString(), content, mediaType);
        using var plain = await Client.PutManifestAsync("ref/header", "2", without, MediaTypes.OciIndex);

        Assert.All([byTag, byDigest], answer => Assert.Equal(Subject.ToString(), answer.Headers.GetValues("OCI-Subject").Single()));
        Assert.Equal(HttpStatusCode.Created, plain.StatusCode);
        Assert.False(plain.Headers.Contains("OCI-Subject"));
    }

    [Theory]
    [InlineData(DigestAlgorithm.Sha256)]
    [InlineData(DigestAlgorithm.Sha512)]
    public async Task Referrers_PushedBeforeTheirSubject_AreThereAndGoByThemselves(DigestAlgorithm algorithm)
    {
        var (_, subject) = await BuildAsync("ref/later", "manifests", null, $$""","x":"{{algorithm}}" """);
        var digest = Digest.Of(subject, algorithm);
        var (mediaType, content) = await BuildAsync("ref/later", "config", digest, string.Empty);
        using (await Client.PutManifestAsync("ref/later", Digest.Of(content).ToString(), content, mediaType))
        {
        }

        Assert.Equal([Digest.Of(content)], await ListAsync("ref/later", digest));
        using var put = await Client.PutManifestAsync("ref/later", digest.ToString(), subject, MediaTypes.OciIndex);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal([Digest.Of(content)], await ListAsync("ref/later", digest));

        // The subject may go without its referrers, and they without it.
        using var gone = await Client.SendAsync(HttpMethod.Delete, $"/v2/ref/later/manifests/{digest}");
        Assert.Equal([Digest.Of(content)], await ListAsync("ref/later", digest));
        using var deleted = await Client.SendAsync(HttpMethod.Delete, $"/v2/ref/later/manifests/{Digest.Of(content)}");
        Assert.Empty(await ListAsync("ref/later", digest));
    }

    [Fact]
    public async Task Pages_Followed_GiveEachReferrerOnceAndKeepTheFilter()
    {
        var wanted = new List<Digest>();
        for (var number = 0; number < 5; number++)
        {
            wanted.Add(await Client.PushImageAsync("ref/pages", $"sig{number}", $"sig{number}", Subject.ToString(), "application/x.sig+json"));
            await Client.PushImageAsync("ref/pages", $"sbom{number}", $"sbom{number}", Subject.ToString(), "application/x.sbom");
        }

        var found = new List<Digest>();
        var pages = 0;
        for (var next = $"/v2/ref/pages/referrers/{Subject}?n=2&artifactType=application%2Fx.sig%2Bjson"; next is not null; pages++)
        {
            using var page = await Client.GetAsync(next);
            Assert.Equal("artifactType", page.Headers.GetValues("OCI-Filters-Applied").Single());
            found.AddRange(await ReadAsync(page));
            next = page.Headers.TryGetValues("Link", out var link) ? link.Single()[1..^">; rel=\"next\"".Length] : null;
        }

        Assert.Equal(3, pages);
        Assert.Equal(wanted.Order(), found);
        Assert.Equal(10, (await ListAsync("ref/pages", Subject)).Length);
    }

    /// <summary>Clients without this list keep one of their own, under a tag that is made of the subject's digest.</summary>
    [Theory]
    [InlineData(DigestAlgorithm.Sha256)]
    [InlineData(DigestAlgorithm.Sha512)]
    public async Task FallbackTag_IsAnOrdinaryTagWhoseEntriesAreReferrers(DigestAlgorithm algorithm)
    {
        var repository = $"ref/{algorithm.ToString().ToLowerInvariant()}";
        var subject = Digest.Of("subject"u8, algorithm);
        var old = await Client.PushImageAsync(repository, "old", "old", null, "application/x.old");
        var both = await Client.PushImageAsync(repository, "both", "both", subject.ToString(), "application/x.both");
        var tag = $"{subject.AlgorithmName}-{subject.Hex[..64]}";
        using var put = await Client.PutManifestAsync(repository, tag, ImageBuilder.Index((old, "amd64"), (both, "amd64")), MediaTypes.OciIndex);
        using var filtered = await Client.GetAsync($"/v2/{repository}/referrers/{subject}?artifactType=application%2Fx.old");

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(["both", "old", tag], await Client.TagsAsync(repository));
        Assert.Equal(new[] { old, both }.Order(), await ListAsync(repository, subject));
        Assert.Equal([old], await ReadAsync(filtered));

        using var deleted = await Client.SendAsync(HttpMethod.Delete, $"/v2/{repository}/manifests/{old}");
        Assert.Equal([both], await ListAsync(repository, subject));
    }

    [Fact]
    public async Task FallbackTag_ThatIsAnImage_RefersToNothing()
    {
        await Client.PushImageAsync("ref/image", $"sha256-{Subject.Hex}");
        await Client.PushImageAsync("ref/image", $"sha256-{Subject.Hex}.sig");

        Assert.Empty(await ListAsync("ref/image", Subject));
        Assert.Equal(2, (await Client.TagsAsync("ref/image")).Length);
    }

    /// <param name="kind"><c>config</c> for an image, <c>manifests</c> for an index.</param>
    private async Task<(string MediaType, byte[] Content)> BuildAsync(string repository, string kind, Digest? subject, string fields)
    {
        var empty = await Client.PushBlobAsync(repository, "{}"u8.ToArray());
        var value = kind == "manifests" ? "[]" : $$"""{"mediaType":"application/x.config","digest":"{{empty}}","size":2},"layers":[]""";
        var about = subject is null ? string.Empty : $$""","subject":{"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{subject}}","size":7}""";
        var mediaType = kind == "manifests" ? MediaTypes.OciIndex : MediaTypes.OciManifest;
        return (mediaType, Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"{{mediaType}}","{{kind}}":{{value}}{{about}}{{fields}}}"""));
    }

    private async Task<Digest[]> ListAsync(string repository, Digest subject)
    {
        using var answer = await Client.GetAsync($"/v2/{repository}/referrers/{subject}");
        return await ReadAsync(answer);
    }

    private static async Task<Digest[]> ReadAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var json = await RegistryClient.ReadJsonAsync(answer);
        return [.. json.RootElement.GetProperty("manifests").EnumerateArray().Select(manifest => Digest.Parse(manifest.GetProperty("digest").GetString()!))];
    }
}
