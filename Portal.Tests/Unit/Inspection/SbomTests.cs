using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Registry.Auth;
using Portal.Registry.Inspection;
using Portal.Registry.Inspection.Attachments;
using Portal.Storage.Oci;

namespace Portal.Tests.Unit.Inspection;

public sealed class SbomTests : IDisposable
{
    internal const string Spdx = """
        {"spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT","name":"app",
         "creationInfo":{"created":"2026-01-01T00:00:00Z","creators":["Tool: syft-1.0"]},
         "packages":[
          {"SPDXID":"SPDXRef-1","name":"musl","versionInfo":"1.2.5-r0","downloadLocation":"NOASSERTION","licenseConcluded":"NOASSERTION","licenseDeclared":"MIT",
           "externalRefs":[{"referenceCategory":"SECURITY","referenceType":"cpe23Type","referenceLocator":"cpe:2.3:a:musl"},
                           {"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:apk/alpine/musl@1.2.5-r0"}]},
          {"SPDXID":"SPDXRef-2","name":"busybox","versionInfo":"1.37.0","licenseConcluded":"GPL-2.0-only"}],
         "files":[{"fileName":"/bin/sh"}],"relationships":[]}
        """;

    internal const string CycloneDx = """
        {"bomFormat":"CycloneDX","specVersion":"1.5","version":1,"metadata":{"component":{"name":"app"}},
         "components":[
          {"type":"library","group":"@angular","name":"core","version":"17.0.0","purl":"pkg:npm/%40angular/core@17.0.0","licenses":[{"license":{"id":"MIT"}}],
           "components":[{"type":"library","name":"inner","version":"1","licenses":[{"expression":"MIT OR Apache-2.0"}]}]},
          {"type":"library","name":"openssl","version":"3.3.1","licenses":[{"license":{"name":"OpenSSL"}}]}]}
        """;

    private static readonly Digest Subject = Digest.Of("the image"u8);

    private readonly AttachmentWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Read_Spdx_TellsNamesVersionsLicensesAndPackageUrls()
    {
        var sbom = Sbom.Read(Encoding.UTF8.GetBytes(Spdx))!;

        Assert.Equal("SPDX 2.3", sbom.Format);
        Assert.Equal(
            [new SbomPackage("musl", "1.2.5-r0", "MIT", "pkg:apk/alpine/musl@1.2.5-r0"), new SbomPackage("busybox", "1.37.0", "GPL-2.0-only", null)],
            sbom.Packages);
    }

    [Fact]
    public void Read_CycloneDx_TellsNestedComponentsToo()
    {
        var sbom = Sbom.Read(Encoding.UTF8.GetBytes(CycloneDx))!;

        Assert.Equal("CycloneDX 1.5", sbom.Format);
        Assert.Equal(
            [
                new SbomPackage("@angular/core", "17.0.0", "MIT", "pkg:npm/%40angular/core@17.0.0"),
                new SbomPackage("inner", "1", "MIT OR Apache-2.0", null),
                new SbomPackage("openssl", "3.3.1", "OpenSSL", null),
            ],
            sbom.Packages);
    }

    [Fact]
    public void Read_VersionOfTheFormatWithoutEnd_IsCut()
    {
        var sbom = Sbom.Read(Encoding.UTF8.GetBytes($$"""{"spdxVersion":"SPDX-{{new string('2', 1_000_000)}}","packages":[]}"""))!;

        Assert.InRange(sbom.Format.Length, 900, 1100);
    }

    [Theory]
    [InlineData(Sbom.MaxPackages - 1, false)]
    [InlineData(Sbom.MaxPackages, true)]
    public void Read_OneComponentWithManyInIt_SaysWhetherItIsCut(int nested, bool isCut)
    {
        var components = string.Join(',', Enumerable.Repeat("{}", nested));

        var sbom = Sbom.Read(Encoding.UTF8.GetBytes($$"""{"bomFormat":"CycloneDX","components":[{"components":[{{components}}]}]}"""))!;

        Assert.Equal((Sbom.MaxPackages, isCut), (sbom.Packages.Count, sbom.IsCut));
    }

    [Fact]
    public void Read_InAStatementAndItsEnvelope_IsTheSame()
    {
        var statement = AttachmentWorld.Statement("https://spdx.dev/Document", Subject, Spdx);

        Assert.Equal(2, Sbom.Read(Encoding.UTF8.GetBytes(statement))!.Packages.Count);
        Assert.Equal(2, Sbom.Read(AttachmentWorld.Dsse(statement))!.Packages.Count);
    }

    [Theory]
    [InlineData("""{"hello":"world"}""")]
    [InlineData("""{"bomFormat":"Other"}""")]
    public void Read_AnotherDocument_IsNone(string text)
    {
        Assert.Null(Sbom.Read(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("<xml/>")]
    [InlineData("""{"spdxVersion":"SPDX-2.3","packages":[{"name":"\ud800"}]}""")]
    [InlineData("""{"spdxVersion":"SPDX-2.3","packages":[""")]
    public void Read_BrokenText_IsAJsonException(string text)
    {
        Assert.ThrowsAny<JsonException>(() => Sbom.Read(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Read_MorePackagesThanAreRead_SaysSo()
    {
        var text = $$"""{"spdxVersion":"SPDX-2.3","packages":[{{string.Join(',', Enumerable.Repeat("""{"name":"a"}""", Sbom.MaxPackages + 1))}}]}""";

        var sbom = Sbom.Read(Encoding.UTF8.GetBytes(text))!;

        Assert.True(sbom.IsCut);
        Assert.Equal(Sbom.MaxPackages, sbom.Packages.Count);
    }

    [Fact]
    public async Task Find_SearchedAndPaged_GivesThatPartByName()
    {
        using var reader = new SbomReader(_world.Registry, _world.Permissions);
        var blob = await _world.PutBlobAsync(Encoding.UTF8.GetBytes(CycloneDx));

        var all = await reader.FindAsync(Identity.Everyone, AttachmentWorld.Name, blob, new PackageQuery(Take: 2), CancellationToken.None);
        var found = await reader.FindAsync(Identity.Everyone, AttachmentWorld.Name, blob, new PackageQuery("SSL"), CancellationToken.None);

        Assert.Equal(["@angular/core", "inner"], all!.Packages.Items.Select(package => package.Name));
        Assert.Equal((3, 3), (all.Packages.Total, all.Count));
        Assert.Equal("openssl", Assert.Single(found!.Packages.Items).Name);
        Assert.Equal(3, found.Count);
        Assert.Null(await reader.FindAsync(Identity.Anonymous, AttachmentWorld.Name, blob, new PackageQuery(), CancellationToken.None));
    }

    [Fact]
    public async Task Find_TooLargeOrUnreadable_SaysWhy()
    {
        using var reader = new SbomReader(_world.Registry, _world.Permissions);
        var large = await _world.PutBlobAsync(new byte[SbomReader.MaxSize + 1]);
        var broken = await _world.PutBlobAsync("{"u8.ToArray());

        Assert.Contains("32 MiB", (await reader.FindAsync(Identity.Everyone, AttachmentWorld.Name, large, new PackageQuery(), CancellationToken.None))!.Problem!.ToString(), StringComparison.Ordinal);
        Assert.Contains("no JSON", (await reader.FindAsync(Identity.Everyone, AttachmentWorld.Name, broken, new PackageQuery(), CancellationToken.None))!.Problem!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_TwoLists_TellsWhatDiffers()
    {
        using var reader = new SbomReader(_world.Registry, _world.Permissions);
        var before = await _world.PutBlobAsync(Encoding.UTF8.GetBytes(Spdx));
        var after = await _world.PutBlobAsync(Encoding.UTF8.GetBytes(Spdx.Replace("1.37.0", "1.38.0", StringComparison.Ordinal).Replace("\"musl\"", "\"glibc\"", StringComparison.Ordinal)));

        var differences = await reader.CompareAsync(Identity.Everyone, (AttachmentWorld.Name, before), (AttachmentWorld.Name, after), new PackageQuery(), CancellationToken.None);

        Assert.Equal(
            [new Difference("busybox", "1.37.0", "1.38.0"), new Difference("glibc", null, "1.2.5-r0"), new Difference("musl", "1.2.5-r0", null)],
            differences!.Items);
    }

    [Fact]
    public async Task Provenance_OfBuildKit_TellsBuilderSourceAndMaterials()
    {
        var claim = await ReadProvenanceAsync("https://slsa.dev/provenance/v0.2", """
            {"builder":{"id":"https://github.com/team/app/actions/runs/1"},"buildType":"https://mobyproject.org/buildkit@v1",
             "invocation":{"configSource":{"uri":"https://github.com/team/app.git#refs/heads/main","digest":{"sha1":"abc"},"entryPoint":"Dockerfile"}},
             "metadata":{"buildStartedOn":"2026-01-01T00:00:00Z","buildFinishedOn":"2026-01-01T00:01:00Z"},
             "materials":[{"uri":"pkg:docker/alpine@3.22","digest":{"sha256":"def"}},{"uri":"https://github.com/team/app.git"}]}
            """);

        Assert.Equal("https://github.com/team/app/actions/runs/1", claim.Builder);
        Assert.Equal(("sha1:abc", "Dockerfile"), (claim.Revision, claim.EntryPoint));
        Assert.Equal([new Material("pkg:docker/alpine@3.22", "sha256:def"), new Material("https://github.com/team/app.git", null)], claim.Materials);
        Assert.Equal(60, (claim.Finished - claim.Started)!.Value.TotalSeconds);
    }

    [Fact]
    public async Task Provenance_OfVersionOne_TellsBuilderSourceAndMaterials()
    {
        var claim = await ReadProvenanceAsync("https://slsa.dev/provenance/v1", """
            {"buildDefinition":{"buildType":"https://actions.github.io/buildtypes/workflow/v1",
              "externalParameters":{"workflow":{"ref":"refs/tags/v1","repository":"https://github.com/team/app","path":".github/workflows/release.yml"}},
              "resolvedDependencies":[{"uri":"git+https://github.com/team/app","digest":{"gitCommit":"abc"}}]},
             "runDetails":{"builder":{"id":"https://github.com/actions/runner"},"metadata":{"startedOn":"nonsense"}}}
            """);

        Assert.Equal(("https://github.com/actions/runner", "https://github.com/team/app", "refs/tags/v1"), (claim.Builder, claim.Source, claim.Revision));
        Assert.Equal([new Material("git+https://github.com/team/app", "gitCommit:abc")], claim.Materials);
        Assert.Null(claim.Started);
    }

    [Fact]
    public async Task Provenance_OfWrongShapes_TellsNothingAndFailsNot()
    {
        var claim = await ReadProvenanceAsync("https://slsa.dev/provenance/v0.2", """{"builder":[1],"materials":{"a":1},"invocation":"x","metadata":null}""");

        Assert.Null(claim.Builder);
        Assert.Empty(claim.Materials);
    }

    private async Task<ProvenanceClaim> ReadProvenanceAsync(string type, string predicate)
    {
        var content = await _world.ReadAsync(
            await _world.AttachAsync(
                null,
                null,
                "application/vnd.in-toto+json",
                Encoding.UTF8.GetBytes(AttachmentWorld.Statement(type, Subject, predicate)),
                new JsonObject { ["in-toto.io/predicate-type"] = type }),
            Subject);

        Assert.Equal((AttachmentKind.Provenance, true, null), (content.Kind, content.IsAboutSubject, content.Problem));
        return content.Provenance!;
    }
}
