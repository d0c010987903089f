using System.Net;
using System.Text.Json.Nodes;
using Portal.Registry.Inspection.Attachments;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using Portal.Tests.Unit.Inspection;

namespace Portal.Tests.Api;

/// <summary>What is in images, what belongs to them, and what differs between two, as programs read it.</summary>
public sealed class ApiInspectionTests(ApiPortal portal) : IClassFixture<ApiPortal>
{
    private const string Hidden = "••••••••";

    [Fact]
    public async Task Layers_TellWhatEachDoes_AndWhatIsWasted()
    {
        using var rita = portal.As(ApiPortal.Reader);
        var digest = await PushLayeredAsync("team/layered");

        var layers = await rita.GetAsync($"repositories/team/layered/-/manifests/{digest}/layers");

        var second = layers["layers"]![1]!;
        Assert.Equal((2, "RUN step-2"), (second["number"]!.GetValue<int>(), second["step"]!.GetValue<string>()));
        Assert.Equal((1, 1, 1), (second["added"]!.GetValue<int>(), second["changed"]!.GetValue<int>(), second["removed"]!.GetValue<int>()));
        Assert.Equal("old text".Length + "doomed".Length, layers["wasted"]!.GetValue<int>());
        Assert.Equal(layers["wasted"]!.GetValue<int>(), layers["layers"]![0]!["wasted"]!.GetValue<int>());
        Assert.True(layers["isWhole"]!.GetValue<bool>());
        Assert.All(layers["layers"]!.AsArray(), layer => Assert.Null(layer!["problem"]));
    }

    [Fact]
    public async Task Files_AreListedByFolder_ByLayerWithMarks_AndFoundInAll_PageByPage()
    {
        using var rita = portal.As(ApiPortal.Reader);
        var files = $"repositories/team/layered/-/manifests/{await PushLayeredAsync("team/layered")}/files";

        var top = await rita.GetAsync($"{files}?limit=1");
        var rest = await rita.GetAsync($"{files}?limit=10&next={top["next"]}");
        var etc = await rita.GetAsync($"{files}?path=etc&sort=size&descending=true");
        var second = await rita.GetAsync($"{files}?path=etc&layer=2");
        var found = await rita.GetAsync($"{files}?q=MOTD");
        var alone = await rita.GetAsync($"{files}?path=etc/motd");

        Assert.Equal(2, top["total"]!.GetValue<int>());
        Assert.Equal(["etc", "srv"], Paths(top).Concat(Paths(rest)));
        Assert.Equal("folder", top["items"]![0]!["kind"]!.GetValue<string>());
        Assert.Equal(["etc/motd", "etc/new"], Paths(etc));
        Assert.Equal(
            [("etc/doomed", "removed"), ("etc/motd", "changed"), ("etc/new", "added")],
            second["items"]!.AsArray().Select(file => (file!["path"]!.GetValue<string>(), file["mark"]!.GetValue<string>())));
        Assert.Equal("doomed".Length, second["items"]![0]!["size"]!.GetValue<int>());
        Assert.False(second["items"]![0]!["hasContent"]!.GetValue<bool>());
        Assert.Equal(["etc/motd"], Paths(found));
        Assert.Equal(("etc/motd", 2, true), (Paths(alone).Single(), alone["items"]![0]!["layer"]!.GetValue<int>(), alone["items"]![0]!["hasContent"]!.GetValue<bool>()));
        foreach (var (path, status) in new[] { ("?path=etc/none", 404), ("?layer=3", 404), ("?layer=0", 400), ("?path=etc&q=motd", 400), ("/content?path=etc", 404), ("/content?path=etc/doomed&layer=2", 404), ("/content", 400) })
        {
            await rita.ReadAsync(HttpMethod.Get, files + path, status: (HttpStatusCode)status);
        }
    }

    [Fact]
    public async Task File_IsSentAsItIs_AndNeverShown()
    {
        using var rita = portal.As(ApiPortal.Reader);
        var file = $"repositories/team/layered/-/manifests/{await PushLayeredAsync("team/layered")}/files/content?path=etc/motd";

        using var whole = await rita.SendAsync(HttpMethod.Get, file);
        using var earlier = await rita.SendAsync(HttpMethod.Get, $"{file}&layer=1");
        using var head = await rita.SendAsync(HttpMethod.Head, file);

        Assert.Equal("new text!", await whole.Content.ReadAsStringAsync());
        Assert.Equal("old text", await earlier.Content.ReadAsStringAsync());
        Assert.Equal(("application/octet-stream", "attachment", "motd"), (
            whole.Content.Headers.ContentType?.ToString(), whole.Content.Headers.ContentDisposition?.DispositionType, whole.Content.Headers.ContentDisposition?.FileName));
        Assert.Contains("sandbox", whole.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal((9L, ""), (head.Content.Headers.ContentLength ?? 0, await head.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Files_WithHostileNames_AreTold_AndReadByTheNamesThatAreTold()
    {
        using var rita = portal.As(ApiPortal.Reader);
        var digest = await portal.Client.PushAsync("team/hostile", "1", LayeredImage.Hostile().Gzip());
        var files = $"repositories/team/hostile/-/manifests/{digest}/files";

        var bad = await rita.GetAsync($"{files}?path=bad");
        using var latin = await rita.SendAsync(HttpMethod.Get, $@"{files}/content?path={Uri.EscapeDataString(@"bad/latin-\xe9")}");
        using var sparse = await rita.SendAsync(HttpMethod.Get, $"{files}/content?path=bad/sparse");
        using var above = await rita.SendAsync(HttpMethod.Get, $"{files}/content?path=../../../etc/passwd");
        using var cleaned = await rita.SendAsync(HttpMethod.Get, $"{files}/content?path=etc/passwd");

        Assert.Contains(@"bad/exe\u202egpj.txt", Paths(bad));
        Assert.Contains(@"bad/latin-\xe9", Paths(bad));
        Assert.Equal("e acute", await latin.Content.ReadAsStringAsync());
        await ApiClient.AssertProblemAsync(sparse, HttpStatusCode.NotFound, "NOT_FOUND");
        await ApiClient.AssertProblemAsync(above, HttpStatusCode.NotFound, "NOT_FOUND");
        Assert.Equal("root", await cleaned.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Files_OfADamagedLayer_SayWhatIsWrong_AndAnIndexHasNone()
    {
        using var rita = portal.As(ApiPortal.Reader);
        var noise = new byte[200_000];
        new Random(1).NextBytes(noise);
        var layer = new LayerBuilder().File("first").File("noise", Convert.ToBase64String(noise)).Gzip();
        var digest = await portal.Client.PushAsync("team/damaged", "1", layer[..(layer.Length / 2)]);
        var files = $"repositories/team/damaged/-/manifests/{digest}/files";

        var listed = await rita.GetAsync(files);
        using var first = await rita.SendAsync(HttpMethod.Get, $"{files}/content?path=first");
        var index = (await rita.GetAsync("repositories/team/app/-/tags/multi"))["digest"];
        using var refused = await rita.SendAsync(HttpMethod.Get, $"repositories/team/app/-/manifests/{index}/files");

        Assert.Contains("first", Paths(listed));
        Assert.Contains("damaged or cut off", listed["problems"]![0]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("text", await first.Content.ReadAsStringAsync());
        Assert.Contains("index", await ApiClient.AssertProblemAsync(refused, HttpStatusCode.BadRequest, "INVALID"), StringComparison.Ordinal);
    }

    /// <summary>What was to be sent is announced by then: none of it may stay on the problem that is sent instead.</summary>
    [Fact]
    public async Task File_WhoseLayerIsLostAfterItWasListed_IsAProblem_WithHeadersOfItsOwn()
    {
        using var rita = portal.As(ApiPortal.Reader);
        var layer = new LayerBuilder().File("noise", new string('x', 200_000)).Tar();
        var digest = await portal.Client.PushAsync("team/lost", "1", layer);
        var files = $"repositories/team/lost/-/manifests/{digest}/files";
        await rita.GetAsync(files);
        var hex = Digest.Of(layer).Hex.ToString();
        await using (var data = File.OpenWrite(Path.Combine(portal.Root, "docker/registry/v2/blobs/sha256", hex[..2], hex, "data")))
        {
            data.SetLength(2000);
        }

        using var answer = await rita.SendAsync(HttpMethod.Get, $"{files}/content?path=noise");

        await ApiClient.AssertProblemAsync(answer, HttpStatusCode.Conflict, "CONFLICT");
        Assert.DoesNotContain("sandbox", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Null(answer.Content.Headers.ContentDisposition);
    }

    [Fact]
    public async Task Comparison_TellsConfiguration_Layers_AndFiles()
    {
        using var rita = portal.As(ApiPortal.Reader);
        var shared = new LayerBuilder().File("etc/motd", "same").File("etc/gone", "x").Gzip();
        await portal.Client.PushAsync("team/before", "1", Config("LEVEL=1"), [shared]);
        await portal.Client.PushAsync("team/after", "1", Config("LEVEL=2"), [shared, new LayerBuilder().File("etc/motd", "other").File("etc/.wh.gone", "").File("srv/app", "new").Gzip()]);

        var compared = await rita.GetAsync("compare?a=team/before:1&b=team/after:1");
        var files = await rita.GetAsync("compare/files?a=team/before:1&b=team/after:1&limit=2");
        var next = await rita.GetAsync($"compare/files?a=team/before:1&b=team/after:1&limit=2&next={files["next"]}");
        var searched = await rita.GetAsync("compare/files?a=team/before:1&b=team/after:1&q=APP");
        using var unseen = await rita.SendAsync(HttpMethod.Get, "compare?a=team/before:1&b=other/app:1.0");
        using var empty = await portal.Client.PutManifestAsync("team/empty", "1", ImageBuilder.Index(Array.Empty<(Digest, string)>()), MediaTypes.OciIndex);
        using var noImage = await rita.SendAsync(HttpMethod.Get, "compare?a=team/before:1&b=team/empty:1");
        using var noPlatform = await rita.SendAsync(HttpMethod.Get, "compare?a=team/app:multi&b=team/before:1&platformA=plan9/mips");

        var variable = Assert.Single(compared["environment"]!.AsArray())!;
        Assert.Equal(("LEVEL", "changed", "1", "2"), (Text(variable, "name"), Text(variable, "change"), Text(variable, "before"), Text(variable, "after")));
        Assert.Equal((1, 0, 1), (Count(compared, "layersOfBoth"), Count(compared, "layersOfA"), Count(compared, "layersOfB")));
        Assert.True(compared["sizeDifference"]!.GetValue<long>() > 0);
        Assert.Equal((3, 1, 1, 1), (files["total"]!.GetValue<int>(), files["added"]!.GetValue<int>(), files["removed"]!.GetValue<int>(), files["changed"]!.GetValue<int>()));
        Assert.Equal(["etc/gone", "etc/motd", "srv/app"], Paths(files).Concat(Paths(next)));
        Assert.Equal(["srv/app"], Paths(searched));
        Assert.Equal(3, searched["added"]!.GetValue<int>() + searched["removed"]!.GetValue<int>() + searched["changed"]!.GetValue<int>());
        await ApiClient.AssertProblemAsync(unseen, HttpStatusCode.NotFound, "NOT_FOUND");
        Assert.EndsWith("is an index that lists no image", await ApiClient.AssertProblemAsync(noImage, HttpStatusCode.NotFound, "NOT_FOUND"), StringComparison.Ordinal);
        Assert.Contains("linux/amd64", await ApiClient.AssertProblemAsync(noPlatform, HttpStatusCode.NotFound, "NOT_FOUND"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Packages_AreListed_Searched_AndCompared()
    {
        using var rita = portal.As(ApiPortal.Reader);
        var packages = $"repositories/team/app/-/blobs/{portal.Sbom}/packages";

        var part = await rita.GetAsync($"{packages}?limit=1");
        var found = await rita.GetAsync($"{packages}?q=apache");
        var compared = await rita.GetAsync("compare/packages?a=team/app:1.0&b=team/app:2.0");
        var none = (await rita.GetAsync($"repositories/team/app/-/blobs/{(await rita.GetAsync("repositories/team/app/-/tags/1.0"))["layers"]![0]!["digest"]}/packages"))!;
        using var without = await rita.SendAsync(HttpMethod.Get, "compare/packages?a=team/app:1.0&b=team/app:signature");

        Assert.Equal(("CycloneDX 1.5", 3, 3), (Text(part, "format"), part["total"]!.GetValue<int>(), part["count"]!.GetValue<int>()));
        Assert.Equal("@angular/core", Text(part["items"]![0]!, "name"));
        Assert.NotNull(part["next"]);
        Assert.Equal("inner", Text(Assert.Single(found["items"]!.AsArray())!, "name"));
        var openssl = Assert.Single(compared["items"]!.AsArray())!;
        Assert.Equal(("openssl", "3.3.1", "3.4.0"), (Text(openssl, "name"), Text(openssl, "before"), Text(openssl, "after")));
        Assert.Null(none["format"]);
        Assert.NotNull(none["problem"]);
        Assert.Contains("team/app:signature", await ApiClient.AssertProblemAsync(without, HttpStatusCode.NotFound, "NOT_FOUND"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attachments_AreATree_WithWhoSigned_AndHowItWasBuilt()
    {
        using var rita = portal.As(ApiPortal.Reader);
        var subject = await portal.Client.PushImageAsync("team/attached", "1");
        using var certificate = AttachmentWorld.Certificate("CN=release.example.com");
        var statement = AttachmentWorld.Statement("https://slsa.dev/provenance/v1", subject, """{"buildDefinition":{"buildType":"make"},"runDetails":{"builder":{"id":"https://ci.example.com"} } }""");
        await AttachAsync(AttachedPart.NotationSignature, "application/jose+json", AttachmentWorld.NotationJws(certificate, subject), subject);
        var provenance = await AttachAsync("application/vnd.in-toto+json", "application/vnd.in-toto+json", AttachmentWorld.Dsse(statement), subject);
        await AttachAsync(AttachedPart.NotationSignature, "application/jose+json", AttachmentWorld.NotationJws(certificate, Digest.Of("another"u8)), provenance);

        var tree = await rita.GetAsync($"repositories/team/attached/-/manifests/{subject}/attachments");

        Assert.Equal(2, Count(tree, "attached"));
        var signed = tree["attached"]!.AsArray().Single(node => Text(node!["documents"]![0]!, "kind") == "signature")!["documents"]![0]!;
        Assert.Equal(("CN=release.example.com", "Notation", true), (Text(signed["signature"]!, "signer"), Text(signed["signature"]!, "format"), signed["isAboutSubject"]!.GetValue<bool>()));
        var built = tree["attached"]!.AsArray().Single(node => Text(node!, "digest") == $"{provenance}")!;
        Assert.Equal(("provenance", "https://ci.example.com"), (Text(built["documents"]![0]!, "kind"), Text(built["documents"]![0]!["provenance"]!, "builder")));
        Assert.False(Assert.Single(built["attached"]!.AsArray())!["documents"]![0]!["isAboutSubject"]!.GetValue<bool>());

        Task<Digest> AttachAsync(string artifactType, string mediaType, byte[] document, Digest to) =>
            portal.Client.PushArtifactAsync("team/attached", tag: null, artifactType: artifactType, mediaType: mediaType, document, to);
    }

    [Fact]
    public async Task Content_IsSentByteByByte_TheDockerfileWithoutSecrets_AndWhatItTakesIsTold()
    {
        using var rita = portal.As(ApiPortal.Reader);
        var config = Config("A=b");
        config["history"] = new JsonArray(new JsonObject { ["created_by"] = "ENV DB_PASSWORD=hunter22", ["empty_layer"] = true }, new JsonObject { ["created_by"] = "RUN make" });
        var digest = await portal.Client.PushAsync("team/told", "1", config, [new LayerBuilder().File("told").Gzip()]);
        var address = $"repositories/team/told/-/manifests/{digest}";

        using var manifest = await rita.SendAsync(HttpMethod.Get, $"{address}/content");
        var bytes = await manifest.Content.ReadAsByteArrayAsync();
        var layer = (await rita.GetAsync(address))["layers"]![0]!;
        using var blob = await rita.SendAsync(HttpMethod.Get, $"repositories/team/told/-/blobs/{layer["digest"]}");
        using var elsewhere = await rita.SendAsync(HttpMethod.Get, $"repositories/team/app/-/blobs/{layer["digest"]}");
        using var masked = await rita.SendAsync(HttpMethod.Get, $"{address}/dockerfile");
        using var plain = await rita.SendAsync(HttpMethod.Get, $"{address}/dockerfile?secrets=true");
        var use = await rita.GetAsync($"{address}/use");

        Assert.Equal(digest, Digest.Of(bytes));
        Assert.Equal(layer["digest"]!.GetValue<string>(), $"{Digest.Of(await blob.Content.ReadAsByteArrayAsync())}");
        await ApiClient.AssertProblemAsync(elsewhere, HttpStatusCode.NotFound, "NOT_FOUND");
        Assert.Equal("text/plain; charset=utf-8", masked.Content.Headers.ContentType?.ToString());
        Assert.Contains($"ENV DB_PASSWORD={Hidden}", await masked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("ENV DB_PASSWORD=hunter22", await plain.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(use["own"]!.GetValue<long>() >= layer["size"]!.GetValue<long>());
    }

    private async Task<Digest> PushLayeredAsync(string repository) => await portal.Client.PushAsync(
        repository,
        "1",
        new LayerBuilder().File("etc/motd", "old text").File("etc/doomed", "doomed").File("srv/app", "app").Gzip(),
        new LayerBuilder().File("etc/motd", "new text!").File("etc/.wh.doomed", "").File("etc/new", "n").Zstd());

    private static JsonObject Config(string variable) =>
        JsonNode.Parse($$"""{"architecture":"amd64","os":"linux","config":{"Env":["{{variable}}"]} }""")!.AsObject();

    private static IEnumerable<string> Paths(JsonNode list) => list["items"]!.AsArray().Select(file => file!["path"]!.GetValue<string>());

    private static string? Text(JsonNode node, string field) => node[field]?.GetValue<string>();

    private static int Count(JsonNode node, string field) => node[field]!.AsArray().Count;
}
