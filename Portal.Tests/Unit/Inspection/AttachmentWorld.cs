using System.Buffers.Text;
using System.Formats.Asn1;
using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Registry.Auth;
using Portal.Registry.Inspection.Attachments;
using Portal.Storage.Drivers.InMemory;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Inspection;

/// <summary>A storage with one repository, in which manifests are attached to others.</summary>
public sealed class AttachmentWorld : IDisposable
{
    public static readonly RepositoryName Name = RepositoryName.Parse("team/app");

    private readonly AccountsWorld _accounts = new();

    public LocalRegistry Registry { get; } = new(new InMemoryDriver(TimeProvider.System), TimeProvider.System);

    public Permissions Permissions => _accounts.Permissions;

    public AttachmentTree Tree => new(Registry, Permissions);

    public AttachmentReader Reader => new(Registry, Permissions);

    public void Dispose()
    {
        Registry.Dispose();
        _accounts.Dispose();
    }

    /// <summary>A certificate like those of Fulcio: who signed is an alternative name, and who vouched for it an extension.</summary>
    public static X509Certificate2 Certificate(string subject, string? identity = null, string? provider = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        if (identity is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            if (identity.Contains("://", StringComparison.Ordinal))
            {
                names.AddUri(new Uri(identity));
            }
            else
            {
                names.AddEmailAddress(identity);
            }

            request.CertificateExtensions.Add(names.Build());
        }

        if (provider is not null)
        {
            var value = new AsnWriter(AsnEncodingRules.DER);
            value.WriteCharacterString(UniversalTagNumber.UTF8String, provider);
            request.CertificateExtensions.Add(new X509Extension("1.3.6.1.4.1.57264.1.1", Encoding.UTF8.GetBytes(provider), false));
            request.CertificateExtensions.Add(new X509Extension("1.3.6.1.4.1.57264.1.8", value.Encode(), false));
        }

        return request.CreateSelfSigned(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 1, 1, 0, 10, 0, TimeSpan.Zero));
    }

    public async Task<Digest> PutBlobAsync(byte[] content)
    {
        var digest = Digest.Of(content);
        await Registry.Blobs.PutAsync(Name, digest, content, CancellationToken.None);
        return digest;
    }

    /// <summary>Puts a manifest with documents.</summary>
    /// <param name="subject">What it says it belongs to; null when only a tag or an index says so.</param>
    public async Task<Attachment> AttachAsync(
        Digest? subject, string? artifactType, string mediaType, byte[] document, JsonObject? annotations = null, string? tag = null)
    {
        var layer = new JsonObject { ["mediaType"] = mediaType, ["digest"] = (await PutBlobAsync(document)).ToString(), ["size"] = document.Length };
        if (annotations is not null)
        {
            layer["annotations"] = annotations;
        }

        var content = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.OciManifest,
            ["config"] = new JsonObject { ["mediaType"] = MediaTypes.OciEmpty, ["digest"] = Digest.Of("{}"u8).ToString(), ["size"] = 2 },
            ["layers"] = new JsonArray(layer),
        };
        if (artifactType is not null)
        {
            content["artifactType"] = artifactType;
        }

        if (subject is { } digest)
        {
            content["subject"] = new JsonObject { ["mediaType"] = MediaTypes.OciManifest, ["digest"] = digest.ToString(), ["size"] = 1 };
        }

        var manifest = Manifest.Parse(Encoding.UTF8.GetBytes(content.ToJsonString()), null);
        await Registry.Manifests.PutAsync(Name, manifest, CancellationToken.None);
        if (subject is { } belongsTo)
        {
            await Registry.Referrers.AddAsync(Name, belongsTo, manifest.Digest, CancellationToken.None);
        }

        if (tag is not null)
        {
            await Registry.Tags.SetAsync(Name, Tag.Parse(tag), manifest.Digest, CancellationToken.None);
        }

        return new Attachment(manifest, null, [], false);
    }

    /// <summary>What is read of the one document that is attached to a subject.</summary>
    public async Task<AttachedContent> ReadAsync(Attachment attachment, Digest subject) =>
        Assert.Single(await Reader.ReadAsync(Identity.Everyone, Name, attachment, subject, CancellationToken.None));

    /// <summary>A statement in the envelope that cosign and BuildKit's signers use.</summary>
    public static byte[] Dsse(string statement) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        payloadType = "application/vnd.in-toto+json",
        payload = Convert.ToBase64String(Encoding.UTF8.GetBytes(statement)),
        signatures = new[] { new { sig = "MEUCIQ==" } },
    });

    public static string Statement(string predicateType, Digest subject, string predicate) => $$"""
        {"_type":"https://in-toto.io/Statement/v0.1","predicateType":"{{predicateType}}",
         "subject":[{"name":"hub.example/team/app","digest":{"sha256":"{{subject.Hex}}"} }],"predicate":{{predicate}} }
        """;

    /// <summary>A signature as notation writes it in JSON.</summary>
    public static byte[] NotationJws(X509Certificate2 certificate, Digest subject) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        payload = Base64Url.EncodeToString(NotationTarget(subject)),
        @protected = Base64Url.EncodeToString("""{"alg":"PS256","cty":"application/vnd.cncf.notary.payload.v1+json"}"""u8),
        header = new Dictionary<string, object> { ["x5c"] = new[] { Convert.ToBase64String(certificate.RawData) }, ["io.cncf.notary.signingAgent"] = "notation-go/1.3.0" },
        signature = "AAAA",
    });

    /// <summary>A signature as notation writes it in CBOR.</summary>
    public static byte[] NotationCose(X509Certificate2 certificate, Digest subject, bool isTagged)
    {
        var writer = new CborWriter();
        if (isTagged)
        {
            writer.WriteTag((CborTag)18);
        }

        writer.WriteStartArray(4);
        writer.WriteByteString([0xA0]);
        writer.WriteStartMap(3);
        writer.WriteInt32(-7);
        writer.WriteInt32(1);
        writer.WriteInt32(33);
        writer.WriteStartArray(2);
        writer.WriteByteString(certificate.RawData);
        writer.WriteByteString([1, 2, 3]);
        writer.WriteEndArray();
        writer.WriteTextString("io.cncf.notary.signingAgent");
        writer.WriteTextString("notation-go/1.3.0");
        writer.WriteEndMap();
        writer.WriteByteString(NotationTarget(subject));
        writer.WriteByteString([0]);
        writer.WriteEndArray();
        return writer.Encode();
    }

    private static byte[] NotationTarget(Digest digest) =>
        Encoding.UTF8.GetBytes($$"""{"targetArtifact":{"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{digest}}","size":1} }""");
}
