using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Registry.Auth;
using Portal.Registry.Inspection.Attachments;
using Portal.Storage.Oci;
using Portal.Web.Components.Images;

namespace Portal.Tests.Unit.Inspection;

/// <summary>Signatures as the tools write them, made here with certificates of our own.</summary>
public sealed class SignatureTests : IDisposable
{
    private const string Workflow = "https://github.com/team/app/.github/workflows/release.yml@refs/heads/main";
    private const string Provider = "https://token.actions.githubusercontent.com";
    private const string Bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";

    private static readonly Digest Subject = Digest.Of("the image"u8);
    private static readonly Digest Another = Digest.Of("another image"u8);

    private readonly AttachmentWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cosign_Keyless_TellsIdentityProviderAndWhetherItIsAboutTheImage(bool isAbout)
    {
        using var certificate = AttachmentWorld.Certificate("CN=", Workflow, Provider);
        var claim = await ReadSignatureAsync(null, AttachedPart.SimpleSigning, SimpleSigning(isAbout ? Subject : Another), new JsonObject
        {
            ["dev.cosignproject.cosign/signature"] = "MEUCIQ==",
            ["dev.sigstore.cosign/certificate"] = certificate.ExportCertificatePem(),
            ["dev.sigstore.cosign/bundle"] = """{"SignedEntryTimestamp":"x","Payload":{"integratedTime":1767225600,"logIndex":7}}""",
        });

        Assert.Equal([Workflow], claim.Certificate!.Identities);
        Assert.Equal(Provider, claim.Certificate.IdentityProvider);
        Assert.Equal(isAbout, claim.IsAboutSubject);
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), claim.LoggedAt);
        Assert.Equal($"Claims to be signed by {Workflow} – not verified here.", AttachmentText.Describe(claim));
    }

    [Fact]
    public async Task Cosign_Keyed_SaysThatAKeySignedAndNobodyVerified()
    {
        var claim = await ReadSignatureAsync(null, AttachedPart.SimpleSigning, SimpleSigning(Subject), new JsonObject { ["dev.cosignproject.cosign/signature"] = "MEUCIQ==" });

        Assert.Null(claim.Certificate);
        Assert.Equal("Signed with a key – not verified here.", AttachmentText.Describe(claim));
    }

    [Fact]
    public async Task Cosign_BrokenCertificate_IsNoKey()
    {
        var claim = await ReadSignatureAsync(null, AttachedPart.SimpleSigning, SimpleSigning(Subject), new JsonObject { ["dev.sigstore.cosign/certificate"] = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" });

        Assert.Equal("Signed with a certificate that cannot be read – not verified here.", AttachmentText.Describe(claim));
    }

    [Theory]
    [InlineData("certificate")]
    [InlineData("chain")]
    public async Task Bundle_WithStatement_TellsWhoAndWhat(string material)
    {
        using var certificate = AttachmentWorld.Certificate("CN=", "someone@example.com", "https://accounts.example.com");
        var raw = new { rawBytes = Convert.ToBase64String(certificate.RawData) };
        var statement = AttachmentWorld.Statement(AttachedPart.CosignSignPredicate, Subject, "{}");
        var claim = await ReadSignatureAsync(Bundle, Bundle, JsonSerializer.SerializeToUtf8Bytes(new
        {
            mediaType = Bundle,
            verificationMaterial = material == "certificate"
                ? (object)new { certificate = raw, tlogEntries = new[] { new { logIndex = "1", integratedTime = "1767225600" } } }
                : new { x509CertificateChain = new { certificates = new[] { raw } } },
            dsseEnvelope = JsonNode.Parse(AttachmentWorld.Dsse(statement)),
        }));

        Assert.Equal("someone@example.com", claim.Certificate!.Signer);
        Assert.True(claim.IsAboutSubject);
        Assert.Equal(material == "certificate", claim.LoggedAt is not null);
    }

    [Fact]
    public async Task Bundle_WithPublicKeyAndMessage_IsKeyed()
    {
        var claim = await ReadSignatureAsync(Bundle, Bundle, JsonSerializer.SerializeToUtf8Bytes(new
        {
            mediaType = Bundle,
            verificationMaterial = new { publicKey = new { hint = "abc" } },
            messageSignature = new { messageDigest = new { algorithm = "SHA2_256", digest = Convert.ToBase64String(Convert.FromHexString(Subject.Hex)) }, signature = "MEUCIQ==" },
        }));

        Assert.False(claim.HasCertificate);
        Assert.True(claim.IsAboutSubject);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Notation_Jws_TellsTheCertificatesSubject(bool isAbout)
    {
        using var certificate = AttachmentWorld.Certificate("CN=release.example.com, O=Example, C=DE");
        var claim = await ReadSignatureAsync(
            AttachedPart.NotationSignature, "application/jose+json", AttachmentWorld.NotationJws(certificate, isAbout ? Subject : Another));

        Assert.Contains("release.example.com", claim.Certificate!.Signer, StringComparison.Ordinal);
        Assert.Equal("notation-go/1.3.0", claim.Agent);
        Assert.Equal(isAbout, claim.IsAboutSubject);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Notation_Cose_TellsTheCertificatesSubject(bool isTagged)
    {
        using var certificate = AttachmentWorld.Certificate("CN=release.example.com, O=Example, C=DE");
        var claim = await ReadSignatureAsync(
            AttachedPart.NotationSignature, "application/cose", AttachmentWorld.NotationCose(certificate, Subject, isTagged));

        Assert.Contains("release.example.com", claim.Certificate!.Subject, StringComparison.Ordinal);
        Assert.Equal("notation-go/1.3.0", claim.Agent);
        Assert.True(claim.IsAboutSubject);
    }

    public static TheoryData<string?, string, byte[]> Nonsense => new()
    {
        { null, AttachedPart.SimpleSigning, "not json"u8.ToArray() },
        { null, AttachedPart.SimpleSigning, Encoding.UTF8.GetBytes(new string('[', 5000)) },
        { Bundle, Bundle, [0xFF, 0xFE, 0x00] },
        { Bundle, Bundle, """{"dsseEnvelope":{"payload":"!!!","payloadType":"x"}}"""u8.ToArray() },
        { AttachedPart.NotationSignature, "application/jose+json", "[]"u8.ToArray() },
        { AttachedPart.NotationSignature, "application/cose", [0xD2, 0x84, 0x40, 0xA1] },
        { AttachedPart.NotationSignature, "application/cose", [.. Enumerable.Repeat((byte)0x81, 100_000)] },
        { AttachedPart.NotationSignature, "application/cose", [] },
    };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task Read_Nonsense_IsSaidToBeUnreadable(string? artifactType, string mediaType, byte[] document)
    {
        var content = await _world.ReadAsync(await _world.AttachAsync(Subject, artifactType, mediaType, document), Subject);

        Assert.Null(content.Signature);
        Assert.NotNull(content.Problem);
    }

    [Fact]
    public async Task Read_ByWhoMayNotPull_IsNothing()
    {
        var attachment = await _world.AttachAsync(Subject, null, AttachedPart.SimpleSigning, SimpleSigning(Subject));

        Assert.Empty(await _world.Reader.ReadAsync(Identity.Anonymous, AttachmentWorld.Name, attachment, Subject, CancellationToken.None));
    }

    private static byte[] SimpleSigning(Digest digest) => Encoding.UTF8.GetBytes($$"""
        {"critical":{"identity":{"docker-reference":"hub.example/team/app"},"image":{"docker-manifest-digest":"{{digest}}"},"type":"cosign container image signature"},"optional":null}
        """);

    private async Task<SignatureClaim> ReadSignatureAsync(string? artifactType, string mediaType, byte[] document, JsonObject? annotations = null)
    {
        var content = await _world.ReadAsync(await _world.AttachAsync(Subject, artifactType, mediaType, document, annotations), Subject);

        Assert.Null(content.Problem);
        Assert.Equal(AttachmentKind.Signature, content.Kind);
        return content.Signature!;
    }
}
