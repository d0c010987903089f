using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Registry.Schema1;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>Manifests of schema 1 beside Debian's <c>docker-registry</c>: the same bytes, and each takes the other's.</summary>
public sealed class Schema1UpstreamTests : IAsyncLifetime
{
    private const string Enabled = "compatibility: { schema1: { enabled: true KEY } }";

    private readonly TempFolder _folder = new();
    private readonly Schema1Portal _portal = new();

    public ValueTask InitializeAsync() => _portal.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await _portal.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("""{"created":"2026-01-02T03:04:05Z","created_by":"only"},{"created_by":"last"}""")]
    public async Task Conversion_IsUpstreams_ByteForByte_AndEachTakesTheOthers(string? history)
    {
        var address = ChildProcess.FreeAddress();
        await using var upstream = await UpstreamProcess.StartAsync(address, _folder, Enabled.Replace("KEY", "", StringComparison.Ordinal));
        using var client = new RegistryClient(address);
        var (theirs, theirDigest) = await ConvertAsync(client, history);
        var (ours, ourDigest) = await ConvertAsync(_portal.Client, history);

        Assert.Equal(Encoding.UTF8.GetString(PrettySignature.Verify(theirs)), Encoding.UTF8.GetString(PrettySignature.Verify(ours)));
        Assert.Equal(theirDigest, ourDigest);
        foreach (var (registry, content) in new[] { (client, ours), (_portal.Client, theirs) })
        {
            using var put = await registry.PutManifestAsync("old/app", "pushed", content, MediaTypes.DockerSchema1Signed);
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);
            Assert.Equal(ourDigest, Assert.Single(put.Headers.GetValues("Docker-Content-Digest")));
        }
    }

    [Fact]
    public async Task Store_OfEither_OpensInTheOther()
    {
        var (ours, digest) = await ConvertAsync(_portal.Client, null);
        using (var put = await _portal.Client.PutManifestAsync("old/app", "kept", ours, MediaTypes.DockerSchema1Signed))
        {
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        }

        // 1. Upstream opens ours, and adds one.
        Directory.CreateSymbolicLink(_folder.Combine("store"), _portal.Root);
        var address = ChildProcess.FreeAddress();
        await using (await UpstreamProcess.StartAsync(address, _folder, Enabled.Replace("KEY", "", StringComparison.Ordinal)))
        {
            using var client = new RegistryClient(address);
            using var answer = await client.GetAsync($"/v2/old/app/manifests/{digest}");
            var served = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
            Assert.Equal(PrettySignature.Verify(ours), PrettySignature.Verify(served));
            using var put = await client.PutManifestAsync("old/app", "theirs", served, MediaTypes.DockerSchema1Signed);
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        }

        // 2. Ours opens what it added.
        await _portal.RestartAsync();
        using var back = await _portal.Client.GetAsync("/v2/old/app/manifests/theirs");
        Assert.Equal(PrettySignature.Verify(ours), PrettySignature.Verify(await back.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)));
    }

    public static TheoryData<string, string> Keys => new()
    {
        { "key.json", EllipticJwk() },
        { "key.pem", ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportECPrivateKeyPem() },
        { "rsa.json", RsaJwk() },
        { "rsa.pem", RSA.Create(2048).ExportRSAPrivateKeyPem() },
        { "envelope.pem", ECDsa.Create(ECCurve.NamedCurves.nistP384).ExportECPrivateKeyPem().Replace("KEY-----\n", "KEY-----\nkeyID: ABCD:EFGH\n\n", StringComparison.Ordinal).Replace("END EC PRIVATE KEY-----\nkeyID: ABCD:EFGH\n\n", "END EC PRIVATE KEY-----\n", StringComparison.Ordinal) },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task SigningKey_OfAFile_IsTheOneThatUpstreamReadsThere(string name, string text)
    {
        var file = _folder.Combine(name);
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        var address = ChildProcess.FreeAddress();
        await using var upstream = await UpstreamProcess.StartAsync(
            address, _folder, Enabled.Replace("KEY", $", signingkeyfile: \"{file}\"", StringComparison.Ordinal));
        using var client = new RegistryClient(address);
        _portal.SigningKeyFile = file;
        await _portal.RestartAsync();

        var (theirs, _) = await ConvertAsync(client, null);
        var (ours, _) = await ConvertAsync(_portal.Client, null);

        Assert.Equal(Header(theirs), Header(ours));
    }

    /// <summary>A real client of the format: it makes a signed manifest, pushes it, and verifies what it pulls.</summary>
    [Fact]
    public async Task Skopeo_ImageInSchema1_GoesInAndOut()
    {
        await _portal.Client.PushSchema2Async("old/app", "new");
        var host = _portal.RegistryAddress.Authority;

        await ChildProcess.RunAsync(
            "skopeo", "copy", "--src-tls-verify=false", "--dest-tls-verify=false", "--format", "v2s1",
            $"docker://{host}/old/app:new", $"docker://{host}/old/skopeo:1");
        await ChildProcess.RunAsync("skopeo", "copy", "--src-tls-verify=false", $"docker://{host}/old/skopeo:1", $"dir:{_folder.Combine("image")}");

        using var answer = await _portal.Client.GetAsync("/v2/old/skopeo/manifests/1");
        Assert.Equal(MediaTypes.DockerSchema1Signed, answer.Content.Headers.ContentType!.ToString());
        var pulled = await File.ReadAllBytesAsync(_folder.Combine("image/manifest.json"), TestContext.Current.CancellationToken);
        Assert.Equal(
            PrettySignature.Verify(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)), PrettySignature.Verify(pulled));
    }

    private static async Task<(byte[] Content, string Digest)> ConvertAsync(RegistryClient client, string? history)
    {
        await client.PushSchema2Async("old/app", "1", history);
        using var answer = await client.GetAsync("/v2/old/app/manifests/1");
        Assert.Equal(MediaTypes.DockerSchema1Signed, answer.Content.Headers.ContentType!.ToString());
        return (
            await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken),
            Assert.Single(answer.Headers.GetValues("Docker-Content-Digest")));
    }

    /// <summary>The key and the algorithm of a manifest's signature, without what upstream copies from a PEM's envelope.</summary>
    private static string Header(byte[] content)
    {
        var header = JsonNode.Parse(content)!["signatures"]![0]!["header"]!;
        header["jwk"]!.AsObject().Remove("keyID");
        return header.ToJsonString();
    }

    private static string EllipticJwk()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var numbers = key.ExportParameters(includePrivateParameters: true);
        return Jwk(("kty", "EC"), ("crv", "P-256"), ("x", Text(numbers.Q.X!)), ("y", Text(numbers.Q.Y!)), ("d", Text(numbers.D!)));
    }

    private static string RsaJwk()
    {
        using var key = RSA.Create(2048);
        var numbers = key.ExportParameters(includePrivateParameters: true);
        return Jwk(
            ("kty", "RSA"), ("n", Text(numbers.Modulus!)), ("e", Text(numbers.Exponent!)), ("d", Text(numbers.D!)), ("p", Text(numbers.P!)),
            ("q", Text(numbers.Q!)), ("dp", Text(numbers.DP!)), ("dq", Text(numbers.DQ!)), ("qi", Text(numbers.InverseQ!)));
    }

    private static string Jwk(params (string Name, string Value)[] members) =>
        JsonSerializer.Serialize(members.ToDictionary(member => member.Name, member => member.Value));

    private static string Text(byte[] number) => System.Buffers.Text.Base64Url.EncodeToString(number);
}
