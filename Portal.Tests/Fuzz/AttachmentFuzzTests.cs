using System.Text;
using System.Text.Json;
using Portal.Registry.Inspection.Attachments;
using Portal.Storage.Oci;
using Portal.Tests.Unit.Inspection;
using Portal.Web.Components.Controls;

namespace Portal.Tests.Fuzz;

/// <summary>Damaged signatures, statements and lists of packages: read, or said to be unreadable.</summary>
public sealed class AttachmentFuzzTests
{
    private const string Bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";

    private static readonly Digest Subject = Digest.Of("the image"u8);

    private static readonly string Provenance = AttachmentWorld.Statement(
        "https://slsa.dev/provenance/v0.2", Subject, """{"builder":{"id":"b"},"materials":[{"uri":"u","digest":{"sha1":"d"} }],"metadata":{"buildStartedOn":"2026-01-01T00:00:00Z"} }""");

    [Fact]
    public Task Sbom_OfDamagedDocuments_IsReadOrRefused() => FuzzRun.RepeatAsync(5_000, random =>
    {
        var content = Damage(random, random.Pick([SbomTests.Spdx, SbomTests.CycloneDx]));
        try
        {
            Sbom.Read(content);
            JsonText.Read(content, 100);
        }
        catch (JsonException)
        {
            // What readers are told.
        }
    });

    [Fact]
    public async Task Reader_OfDamagedDocuments_NeverFails()
    {
        using var world = new AttachmentWorld();
        using var certificate = AttachmentWorld.Certificate("CN=a", "https://example.com/workflow", "https://accounts.example.com");
        var raw = Convert.ToBase64String(certificate.RawData);
        (string? Artifact, string Type, byte[] Valid)[] documents =
        [
            (null, AttachedPart.SimpleSigning, Encoding.UTF8.GetBytes($$"""{"critical":{"image":{"docker-manifest-digest":"{{Subject}}"} } }""")),
            (Bundle, Bundle, Encoding.UTF8.GetBytes($$"""{"verificationMaterial":{"certificate":{"rawBytes":"{{raw}}"},"tlogEntries":[{"integratedTime":"1"}]},"dsseEnvelope":{{Encoding.UTF8.GetString(AttachmentWorld.Dsse(Provenance))}} }""")),
            (AttachedPart.NotationSignature, "application/jose+json", Encoding.UTF8.GetBytes($$"""{"payload":"e30","header":{"x5c":["{{raw}}"]} }""")),
            (AttachedPart.NotationSignature, "application/cose", [0xD2, 0x84, 0x40, 0xA1, 0x18, 0x21, 0x81, 0x43, 1, 2, 3, 0x42, (byte)'{', (byte)'}', 0x40]),
            (null, "application/vnd.in-toto+json", Encoding.UTF8.GetBytes(Provenance)),
        ];

        await FuzzRun.RepeatAsync(3_000, async random =>
        {
            var (artifact, type, valid) = random.Pick(documents);
            var content = type == "application/cose" ? random.Damage(valid) : Damage(random, Encoding.UTF8.GetString(valid));

            await world.ReadAsync(await world.AttachAsync(null, artifact, type, content), Subject);
        });
    }

    [Fact]
    public async Task Certificate_OfDamagedBytes_IsReadOrNone()
    {
        using var certificate = AttachmentWorld.Certificate("CN=a", "someone@example.com", "https://accounts.example.com");
        var valid = certificate.RawData;

        await FuzzRun.RepeatAsync(3_000, random => CertificateClaim.Read(random.Damage(valid)));
    }

    private static byte[] Damage(Random random, string text) =>
        random.Next(2) == 0 ? random.Damage(Encoding.UTF8.GetBytes(text)) : Encoding.UTF8.GetBytes(random.DamageJson(text));
}
