using System.Text;
using System.Text.Json.Nodes;
using Portal.Registry.Schema1;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using Portal.Tests.Fuzz;

namespace Portal.Tests.Unit.Schema1;

public sealed class PrettySignatureTests
{
    private const string Payload = "{\n   \"schemaVersion\": 1,\n   \"name\": \"ü\"\n}";

    /// <summary>Made by Debian's <c>docker-registry</c> 2.8.2.</summary>
    private const string Upstreams = """
        {
           "schemaVersion": 1,
           "name": "a/img",
           "tag": "t",
           "architecture": "amd64",
           "fsLayers": [
              {
                 "blobSum": "sha256:9dd199b35e9af2f137b49542fc304675853bb6fc12ea49175a966a64d03756e6"
              },
              {
                 "blobSum": "sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4"
              },
              {
                 "blobSum": "sha256:e25ebcac0a0e0f554f52c7a1a7ed720a6d83f0e7e54cf4b9e3c1f236723f1a3e"
              }
           ],
           "history": [
              {
                 "v1Compatibility": "{\"architecture\":\"amd64\",\"config\":{\"Cmd\":[\"run\",\"\\u003ca\\u003e \\u0026 b\"],\"Labels\":{\"ü\":\"\\u2028x\",\"n\":\"a\\nb\"}},\"created\":\"2026-01-02T03:04:05.123456789Z\",\"id\":\"f9c5e75737da91e2eef5b126870367ef782f9ec3e18bebd9603176598afaeb37\",\"os\":\"linux\",\"parent\":\"5258646ccd5e96bca3c7877f13f6d642ca6ed86aa80b4c1d59be8281316dcb34\"}"
              },
              {
                 "v1Compatibility": "{\"id\":\"5258646ccd5e96bca3c7877f13f6d642ca6ed86aa80b4c1d59be8281316dcb34\",\"parent\":\"06c60f172f517d476a74ab487c36ea1f4f54aebd6a864318ee67d1eed7432299\",\"comment\":\"c\\u2028\\u0001\",\"created\":\"2026-01-02T05:04:05+02:00\",\"container_config\":{\"Cmd\":[\"ENV a=b\"]},\"author\":\"me ü\",\"throwaway\":true}"
              },
              {
                 "v1Compatibility": "{\"id\":\"06c60f172f517d476a74ab487c36ea1f4f54aebd6a864318ee67d1eed7432299\",\"created\":\"2026-01-02T03:04:05.12Z\",\"container_config\":{\"Cmd\":[\"/bin/sh -c #(nop) ADD \\u003cx\\u003e \\u0026 y\"]}}"
              }
           ],
           "signatures": [
              {
                 "header": {
                    "jwk": {
                       "crv": "P-256",
                       "kid": "TWSP:RL54:G7YO:B2JL:S6X5:TWP6:YRID:AICL:SJBZ:XQWH:ZAXL:DSM5",
                       "kty": "EC",
                       "x": "-t4xF0VoYIjPe_m4l98xLcWGHcWPc4wDYW7n6xUUgPg",
                       "y": "-LiYLlYBPorOXsX5l4ChPRXMeCMMAwq0UTrW_Gfw_Jk"
                    },
                    "alg": "ES256"
                 },
                 "signature": "Oa8HnarJmW8iuWXZg4VJDtdeUpspW414XuzU72t9HIAxzwuQec7uexrB49tPI9a3KwYGv6ohiB8BGCGz7ztPOQ",
                 "protected": "eyJmb3JtYXRMZW5ndGgiOjE0ODIsImZvcm1hdFRhaWwiOiJDbjAiLCJ0aW1lIjoiMjAyNi0xMS0yNVQxNTowNDoyN1oifQ"
              }
           ]
        }
        """;

    [Theory]
    [InlineData(Payload)]
    [InlineData("{\"a\":1}")]
    [InlineData("{\"a\":1 \t\r\n}  \n")]
    public void Sign_ThenVerify_GivesThePayloadBack(string payload)
    {
        using var key = SigningKey.Create();

        var signed = PrettySignature.Sign(Encoding.UTF8.GetBytes(payload), key, DateTimeOffset.UnixEpoch);

        Assert.True(PrettySignature.IsSigned(signed));
        Assert.Equal(payload, Encoding.UTF8.GetString(PrettySignature.Verify(signed)));
    }

    [Fact]
    public void Verify_OfAManifestOfUpstream_GivesItsPayload() => Assert.Equal(
        "sha256:d05a292f64c7baccfb954d279eeb7e9398345ea64e4821c8db4994bc82f0fa01",
        Digest.Of(PrettySignature.Verify(Encoding.UTF8.GetBytes(Upstreams))).ToString());

    public static TheoryData<string, Action<JsonObject>> Spoilt => new()
    {
        { "signature of another key", signature => signature["header"]!["jwk"]!["x"] = "Sg-VnAdhcmRIoL-DGZXlXyWRuit96ndEFQ0G-JywumU" },
        { "other algorithm", signature => signature["header"]!["alg"] = "RS256" },
        { "no algorithm", signature => signature["header"]!["alg"] = "none" },
        { "shared secret", signature => signature["header"]!["alg"] = "HS256" },
        { "no key", signature => signature["header"]!.AsObject().Remove("jwk") },
        { "no header", signature => signature.Remove("header") },
        { "unknown curve", signature => signature["header"]!["jwk"]!["crv"] = "P-1" },
        { "unknown kind of key", signature => signature["header"]!["jwk"]!["kty"] = "oct" },
        { "point off the curve", signature => signature["header"]!["jwk"]!["y"] = "AAAA" },
        { "certificate that is none", signature => signature["header"]!["x5c"] = new JsonArray("AAAA") },
        { "no base64", signature => signature["signature"] = "!" },
        { "empty signature", signature => signature["signature"] = "" },
        { "no protected header", signature => signature.Remove("protected") },
        { "length beyond the text", signature => signature["protected"] = Protected("""{"formatLength":100000,"formatTail":"Cn0"}""") },
        { "negative length", signature => signature["protected"] = Protected("""{"formatLength":-1,"formatTail":"Cn0"}""") },
        { "length of text", signature => signature["protected"] = Protected("""{"formatLength":"1","formatTail":"Cn0"}""") },
        { "no tail", signature => signature["protected"] = Protected("""{"formatLength":1}""") },
        { "other tail", signature => signature["protected"] = Protected("""{"formatLength":1,"formatTail":"fQ"}""") },
    };

    [Theory]
    [MemberData(nameof(Spoilt))]
    public void Verify_OfASpoiltSignature_IsUnverified(string what, Action<JsonObject> spoil)
    {
        using var key = SigningKey.Create();
        var signed = JsonNode.Parse(PrettySignature.Sign(Encoding.UTF8.GetBytes(Payload), key, DateTimeOffset.UnixEpoch))!;
        spoil(signed["signatures"]![0]!.AsObject());

        var exception = Assert.Throws<OciException>(() => PrettySignature.Verify(Encoding.UTF8.GetBytes(signed.ToJsonString())));

        Assert.True(exception.Code is ErrorCode.ManifestUnverified, what);
    }

    [Fact]
    public void Verify_OfManySignatures_CostsNothing()
    {
        using var key = SigningKey.Create();
        var signed = JsonNode.Parse(PrettySignature.Sign(Encoding.UTF8.GetBytes(Payload), key, DateTimeOffset.UnixEpoch))!;
        var signatures = signed["signatures"]!.AsArray();
        for (var i = 0; i < 10; i++)
        {
            signatures.Add(signatures[0]!.DeepClone());
        }

        var exception = Assert.Throws<OciException>(() => PrettySignature.Verify(Encoding.UTF8.GetBytes(signed.ToJsonString())));

        Assert.Equal(ErrorCode.ManifestInvalid, exception.Code);
    }

    /// <summary>Whatever happens to the bytes, they are refused, or the payload is the one that was signed.</summary>
    [Fact]
    public Task Verify_OfDamagedManifests_RefusesOrGivesThePayload()
    {
        using var key = SigningKey.Create();
        var signed = PrettySignature.Sign(Encoding.UTF8.GetBytes(Payload), key, DateTimeOffset.UnixEpoch);
        return FuzzRun.RepeatAsync(3000, random =>
        {
            var damaged = random.Next(2) == 0 ? random.Damage(signed) : Encoding.UTF8.GetBytes(random.DamageJson(Encoding.UTF8.GetString(signed)));
            try
            {
                Assert.Equal(Payload, Encoding.UTF8.GetString(PrettySignature.Verify(damaged)));
            }
            catch (OciException exception)
            {
                Assert.True(exception.Code is ErrorCode.ManifestInvalid or ErrorCode.ManifestUnverified);
            }
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"AA"}""")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    public void Load_OfAFileWithoutAKey_NamesIt(string text)
    {
        using var folder = new TempFolder();
        var file = folder.Combine("key");
        File.WriteAllText(file, text);

        Assert.StartsWith($"compatibility.schema1.signingkeyfile: {file} holds no private key", Assert.ThrowsAny<IOException>(() => SigningKey.Load(file)).Message, StringComparison.Ordinal);
        Assert.Equal($"compatibility.schema1.signingkeyfile: {file}x does not exist", Assert.ThrowsAny<IOException>(() => SigningKey.Load(file + "x")).Message);
    }

    private static string Protected(string json) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
