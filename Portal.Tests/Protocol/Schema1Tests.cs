using System.Net;
using System.Text;
using System.Text.Json;
using Portal.Registry.Auth;
using Portal.Registry.Inspection;
using Portal.Registry.Schema1;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>Manifests of Docker's first format, with <c>compatibility.schema1.enabled</c>.</summary>
public sealed class Schema1Tests(Schema1Portal portal) : IClassFixture<Schema1Portal>
{
    private RegistryClient Client => portal.Client;

    [Theory]
    [InlineData(MediaTypes.DockerSchema1Signed)]
    [InlineData(MediaTypes.DockerSchema1)]
    [InlineData("application/json")]
    [InlineData(null)]
    public async Task Put_OfASignedManifest_IsServedUnderTheDigestOfItsPayload(string? contentType)
    {
        var payload = await PayloadAsync("schema1/signed");
        using var key = SigningKey.Create();
        var signed = PrettySignature.Sign(payload, key, DateTimeOffset.UnixEpoch);

        using var put = await Client.PutManifestAsync("schema1/signed", "old", signed, contentType);
        using var byTag = await Client.GetAsync("/v2/schema1/signed/manifests/old");
        using var byDigest = await Client.GetAsync($"/v2/schema1/signed/manifests/{Digest.Of(payload)}");
        using var head = await Client.SendAsync(HttpMethod.Head, "/v2/schema1/signed/manifests/old");

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        foreach (var answer in new[] { byTag, byDigest })
        {
            Assert.Equal(MediaTypes.DockerSchema1Signed, answer.Content.Headers.ContentType!.ToString());
            Assert.Equal(Digest.Of(payload).ToString(), Assert.Single(answer.Headers.GetValues("Docker-Content-Digest")));
            var content = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
            Assert.Equal(payload, PrettySignature.Verify(content));
            Assert.DoesNotContain(key.Id, Encoding.UTF8.GetString(content), StringComparison.Ordinal);
        }

        Assert.Equal(byTag.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        Assert.Equal(["old"], await Client.TagsAsync("schema1/signed"));
    }

    [Fact]
    public async Task Put_OfAManifestWithoutSignatures_IsTakenWhereItsTypeSaysSo()
    {
        var payload = await PayloadAsync("schema1/unsigned");

        using var unsigned = await Client.PutManifestAsync("schema1/unsigned", "1", payload, MediaTypes.DockerSchema1);
        using var signed = await Client.PutManifestAsync("schema1/unsigned", "2", payload, MediaTypes.DockerSchema1Signed);
        using var untyped = await Client.PutManifestAsync("schema1/unsigned", "3", payload, null);

        Assert.Equal(HttpStatusCode.Created, unsigned.StatusCode);
        await RegistryClient.AssertErrorAsync(signed, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
        await RegistryClient.AssertErrorAsync(untyped, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
    }

    [Fact]
    public async Task Put_OfAManifestThatWasTamperedWith_IsRefused()
    {
        using var key = SigningKey.Create();
        var signed = Encoding.UTF8.GetString(PrettySignature.Sign(await PayloadAsync("schema1/tampered"), key, DateTimeOffset.UnixEpoch));

        using var answer = await Client.PutManifestAsync(
            "schema1/tampered", "1", Encoding.UTF8.GetBytes(signed.Replace("amd64", "arm64", StringComparison.Ordinal)), MediaTypes.DockerSchema1Signed);

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "MANIFEST_UNVERIFIED");
    }

    [Fact]
    public async Task Put_NamingALayerThatIsNotThere_IsRefused()
    {
        var payload = Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":1,"name":"a","tag":"b","architecture":"amd64","fsLayers":[{"blobSum":"{{Digest.Of("gone"u8)}}"}],"history":[{"v1Compatibility":"{}"}]}
            """);

        using var answer = await Client.PutManifestAsync("schema1/missing", "1", payload, MediaTypes.DockerSchema1);

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "MANIFEST_BLOB_UNKNOWN");
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"schemaVersion":1}""")]
    [InlineData("""{"schemaVersion":2,"name":"a","fsLayers":[],"history":[]}""")]
    [InlineData("""{"schemaVersion":1,"name":"a","fsLayers":[],"history":[]}""")]
    [InlineData("""{"schemaVersion":1,"name":"","fsLayers":[],"history":[]}""")]
    [InlineData("""{"schemaVersion":1,"name":"a","fsLayers":[null],"history":[null]}""")]
    [InlineData("""{"schemaVersion":1,"name":"a","fsLayers":[{"blobSum":"x"}],"history":[{"v1Compatibility":"{}"}]}""")]
    [InlineData("""{"schemaVersion":1,"name":"a","signatures":[]}""")]
    public async Task Put_OfWhatIsNoManifest_IsRefused(string text)
    {
        using var answer = await Client.PutManifestAsync("schema1/bad", "1", Encoding.UTF8.GetBytes(text), MediaTypes.DockerSchema1);

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("*/*", true)]
    [InlineData(MediaTypes.DockerSchema1Signed, true)]
    [InlineData(MediaTypes.DockerManifestList, true)]
    [InlineData(MediaTypes.DockerManifest, false)]
    [InlineData("text/html, " + MediaTypes.DockerManifest + ";q=0.5", false)]
    [InlineData(MediaTypes.OciManifest, false)]
    public async Task Get_OfASchema2Image_IsConverted_ForWhoKnowsNoNewerFormat(string? accept, bool isConverted)
    {
        var digest = await Client.PushSchema2Async("schema1/convert", "1");

        using var byTag = await GetAsync("/v2/schema1/convert/manifests/1", accept);
        using var byDigest = await GetAsync($"/v2/schema1/convert/manifests/{digest}", accept);

        Assert.Equal(isConverted ? MediaTypes.DockerSchema1Signed : MediaTypes.DockerManifest, byTag.Content.Headers.ContentType!.ToString());
        Assert.Equal(MediaTypes.DockerManifest, byDigest.Content.Headers.ContentType!.ToString());
        Assert.Equal(["Accept"], byTag.Headers.Vary);
        if (isConverted)
        {
            // Every layer that it names can be fetched, the empty one too.
            var payload = PrettySignature.Verify(await byTag.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
            foreach (var layer in Manifest.ParseSchema1(payload).References)
            {
                using var blob = await Client.GetAsync($"/v2/schema1/convert/blobs/{layer.Digest}");
                Assert.Equal(layer.Digest, Digest.Of(await blob.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)));
            }
        }
    }

    [Fact]
    public async Task Get_OfWhatIsKnown_IsNotSentAgain()
    {
        await Client.PushSchema2Async("schema1/known", "1");
        using var first = await GetAsync("/v2/schema1/known/manifests/1", null);
        using var second = await Client.SendAsync(
            HttpMethod.Get, "/v2/schema1/known/manifests/1", change: request => request.Headers.IfNoneMatch.Add(first.Headers.ETag!));

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Theory]
    [InlineData(null, MediaTypes.DockerSchema1Signed)]
    [InlineData(MediaTypes.DockerManifest, MediaTypes.DockerManifest)]
    [InlineData(MediaTypes.DockerManifestList, MediaTypes.DockerManifestList)]
    public async Task Get_OfAList_IsItsLinuxImage_ForWhoKnowsNoLists(string? accept, string expected)
    {
        var image = await Client.PushSchema2Async("schema1/list", "amd64");
        await PutListAsync("multi", (image, "arm64"), (image, "amd64"));

        using var answer = await GetAsync("/v2/schema1/list/manifests/multi", accept);

        Assert.Equal(expected, answer.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task Get_OfAListWithoutSuchAnImage_IsRefused()
    {
        await PutListAsync("arm", (await Client.PushSchema2Async("schema1/list", "arm64"), "arm64"));

        using var answer = await GetAsync("/v2/schema1/list/manifests/arm", null);

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"created_by":"a"},{"created_by":"b"},{"created_by":"one too many"}""")]
    [InlineData("""{"created":"yesterday"}""")]
    [InlineData("7")]
    public async Task Get_OfAnImageThatCannotBeConverted_SaysSo(string history)
    {
        await Client.PushSchema2Async("schema1/odd", "1", history);

        using var answer = await GetAsync("/v2/schema1/odd/manifests/1", null);

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
    }

    [Fact]
    public async Task Inspection_OfASchema1Image_ShowsLayersAndHistory()
    {
        await Client.PushSchema2Async("schema1/inspect", "new");
        using var converted = await GetAsync("/v2/schema1/inspect/manifests/new", null);
        using var put = await Client.PutManifestAsync(
            "schema1/inspect", "old", await converted.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), MediaTypes.DockerSchema1Signed);

        var inspector = portal.Get<ImageInspector>();
        var name = RepositoryName.Parse("schema1/inspect");
        var shown = (await inspector.InspectAsync(Identity.Everyone, name, Reference.Parse("old"), CancellationToken.None))!;
        var original = (await inspector.InspectAsync(Identity.Everyone, name, Reference.Parse("new"), CancellationToken.None))!;

        Assert.Equal(original.Kind, shown.Kind);
        Assert.Equal(original.Layers.Select(layer => (layer.Digest, layer.Size)), shown.Layers.Select(layer => (layer.Digest, layer.Size)));
        Assert.Equal(original.Platforms, shown.Platforms);
        Assert.Equal(original.Config!.History!.Select(step => step.EmptyLayer), shown.Config!.History!.Select(step => step.EmptyLayer));
        Assert.Equal("/bin/sh -c #(nop) ADD <x> & y", shown.Config.History![0].CreatedBy);
    }

    private async Task PutListAsync(string tag, params (Digest Digest, string Architecture)[] manifests)
    {
        var entries = manifests.Select(manifest =>
            $$$"""{"mediaType":"{{{MediaTypes.DockerManifest}}}","digest":"{{{manifest.Digest}}}","size":1,"platform":{"os":"linux","architecture":"{{{manifest.Architecture}}}"}}""");
        var list = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.DockerManifestList}}","manifests":[{{string.Join(',', entries)}}]}""";
        using var answer = await Client.PutManifestAsync("schema1/list", tag, Encoding.UTF8.GetBytes(list), MediaTypes.DockerManifestList);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private Task<HttpResponseMessage> GetAsync(string path, string? accept)
    {
        return Client.SendAsync(HttpMethod.Get, path, change: request =>
        {
            if (accept is not null)
            {
                request.Headers.TryAddWithoutValidation("Accept", accept);
            }
        });
    }

    /// <summary>A manifest of one layer, which the repository has.</summary>
    private async Task<byte[]> PayloadAsync(string repository)
    {
        var layer = await Client.PushBlobAsync(repository, ImageBuilder.Layer("layer").Content);
        return JsonSerializer.SerializeToUtf8Bytes(new
        {
            schemaVersion = 1,
            name = repository,
            tag = "old",
            architecture = "amd64",
            fsLayers = new[] { new { blobSum = layer.ToString() } },
            history = new[] { new { v1Compatibility = """{"id":"1","created":"2015-01-02T03:04:05Z","os":"linux"}""" } },
        });
    }
}

/// <summary>The same requests where the section is off.</summary>
public sealed class Schema1OffTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    [Theory]
    [InlineData(MediaTypes.DockerSchema1Signed)]
    [InlineData(MediaTypes.DockerSchema1)]
    [InlineData(null)]
    public async Task Put_OfSchema1_IsUnsupported(string? contentType)
    {
        using var answer = await portal.Client.PutManifestAsync("off/app", "1", """{"schemaVersion":1}"""u8.ToArray(), contentType);

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
        Assert.Contains("unsupported", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_OfASchema2Image_IsSentAsItIs()
    {
        await portal.Client.PushSchema2Async("off/app", "1");

        using var answer = await portal.Client.GetAsync("/v2/off/app/manifests/1");

        Assert.Equal(MediaTypes.DockerManifest, answer.Content.Headers.ContentType!.ToString());
        Assert.Empty(answer.Headers.Vary);
    }
}
