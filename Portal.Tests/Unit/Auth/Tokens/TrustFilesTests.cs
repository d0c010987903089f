using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Portal.Registry.Auth.Tokens;
using Portal.Registry.Tls;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Auth.Tokens;

/// <summary>Bundles of certificates, sets of keys, and the chains that tokens bring along.</summary>
public sealed class TrustFilesTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly LogSink<TrustFiles> _log = new();
    private readonly CertificateAuthority _root = new("root");

    public void Dispose()
    {
        _root.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Verify_ByAChainToTheBundle_IsGood(bool rsa)
    {
        using var leaf = Leaf(_root, rsa);
        var signer = SignerOf(leaf);

        var verifier = Verifier(_root.Write(_folder.Path, "ca.pem"));

        Assert.Equal("ada", verifier.Verify(signer.Sign(null, ("x5c", TokenSigner.Chain(leaf)))).Subject);
        Assert.Equal("ada", verifier.Verify(signer.Sign(null, ("x5c", TokenSigner.Chain(leaf, _root.Certificate)))).Subject);

        // The same within a key that the token brings along.
        var jwk = signer.Jwk();
        jwk["x5c"] = TokenSigner.Chain(leaf);
        Assert.Equal("ada", verifier.Verify(signer.Sign(null, ("jwk", jwk))).Subject);
    }

    [Fact]
    public void Verify_ByAChainWithAnIntermediate_LeadsToTheRoot_OrEndsInTheIntermediate()
    {
        using var intermediate = new CertificateAuthority("intermediate", _root);
        using var leaf = Leaf(intermediate);
        var signer = SignerOf(leaf);
        var whole = signer.Sign(null, ("x5c", TokenSigner.Chain(leaf, intermediate.Certificate)));
        var alone = signer.Sign(null, ("x5c", TokenSigner.Chain(leaf)));

        Assert.Equal("ada", Verifier(_root.Write(_folder.Path, "ca.pem")).Verify(whole).Subject);
        Refuses(Verifier(_root.Write(_folder.Path, "ca.pem")), alone, "x5c");
        Assert.Equal("ada", Verifier(intermediate.Write(_folder.Path, "intermediate.pem")).Verify(alone).Subject);
        Assert.Equal("ada", Verifier(intermediate.Write(_folder.Path, "intermediate.pem")).Verify(whole).Subject);
    }

    [Fact]
    public void Verify_ByTheBundlesOwnKey_IsGood()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=auth", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var own = request.CreateSelfSigned(_time.GetUtcNow().AddDays(-1), _time.GetUtcNow().AddDays(1));
        File.WriteAllText(_folder.Combine("own.pem"), own.ExportCertificatePem());
        var signer = new TokenSigner("RS256", key);
        var verifier = Verifier(_folder.Combine("own.pem"));

        Assert.Equal("ada", verifier.Verify(signer.Sign(null, ("x5c", TokenSigner.Chain(own)))).Subject);

        // As Docker's libtrust names a key.
        Assert.Equal("ada", verifier.Verify(signer.Sign(null, ("kid", TokenKey.OfCertificate(own)!.LibtrustId))).Subject);
        Assert.Matches("^([A-Z2-7]{4}:){11}[A-Z2-7]{4}$", TokenKey.OfCertificate(own)!.LibtrustId);
    }

    /// <summary>Names are free for everyone: an authority is its key.</summary>
    [Fact]
    public void Verify_ByAChainOfAnotherAuthority_IsRefused()
    {
        using var impostor = new CertificateAuthority("root");
        using var forged = Leaf(impostor);
        using var intermediate = new CertificateAuthority("intermediate", _root);
        using var forgedIntermediate = new CertificateAuthority("intermediate", impostor);
        using var below = Leaf(forgedIntermediate);
        using var honest = Leaf(_root);
        var verifier = Verifier(_root.Write(_folder.Path, "ca.pem"));
        var toIntermediate = Verifier(intermediate.Write(_folder.Path, "intermediate.pem"));

        Refuses(verifier, SignerOf(forged).Sign(null, ("x5c", TokenSigner.Chain(forged))), "x5c");
        Refuses(verifier, SignerOf(forged).Sign(null, ("x5c", TokenSigner.Chain(forged, impostor.Certificate))), "x5c");
        Refuses(verifier, SignerOf(forged).Sign(null, ("x5c", TokenSigner.Chain(forged, _root.Certificate))), "x5c");
        Refuses(verifier, SignerOf(below).Sign(null, ("x5c", TokenSigner.Chain(below, forgedIntermediate.Certificate, _root.Certificate))), "x5c");
        Refuses(toIntermediate, SignerOf(below).Sign(null, ("x5c", TokenSigner.Chain(below))), "x5c");
        Refuses(toIntermediate, SignerOf(below).Sign(null, ("x5c", TokenSigner.Chain(below, forgedIntermediate.Certificate))), "x5c");
        Refuses(toIntermediate, SignerOf(below).Sign(null, ("x5c", TokenSigner.Chain(below, intermediate.Certificate))), "x5c");

        // Somebody else's good certificate, and one's own key.
        Refuses(verifier, new TokenSigner("ES256").Sign(null, ("x5c", TokenSigner.Chain(honest))), "signature");
        var jwk = new TokenSigner("ES256").Jwk();
        jwk["x5c"] = TokenSigner.Chain(honest);
        Refuses(verifier, new TokenSigner("ES256").Sign(null, ("jwk", jwk)), "jwk");

        // A good certificate that may not sign others.
        using var child = new CertificateRequest("CN=child", ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256)
            .Create(honest.SubjectName, X509SignatureGenerator.CreateForECDsa(honest.GetECDsaPrivateKey()!), _time.GetUtcNow().AddHours(-1), _time.GetUtcNow().AddHours(1), [1]);
        Refuses(verifier, new TokenSigner("ES256").Sign(null, ("x5c", TokenSigner.Chain(child, honest))), "x5c");
    }

    [Fact]
    public void Verify_ByACertificateThatHasEnded_IsRefused_AlsoWhenItWasGoodBefore()
    {
        using var leaf = Leaf(_root);
        var verifier = Verifier(_root.Write(_folder.Path, "ca.pem"));
        Assert.Equal("ada", verifier.Verify(SignerOf(leaf).Sign(null, ("x5c", TokenSigner.Chain(leaf)))).Subject);

        _time.Advance(TimeSpan.FromDays(31));

        Refuses(verifier, SignerOf(leaf).Sign(TokenSigner.Claims(now: _time.GetUtcNow()), ("x5c", TokenSigner.Chain(leaf))), "x5c");
    }

    [Fact]
    public void Jwks_ThatChanges_CountsASecondLater_AndNotForTokensOfKeysThatAreGone()
    {
        var (first, second) = (new TokenSigner("ES256"), new TokenSigner("ES256"));
        var path = TokenSigner.WriteJwks(_folder.Combine("keys.json"), first);
        var verifier = Verifier(null, path);
        var old = first.Sign(null, ("kid", "0"));
        Assert.Equal("ada", verifier.Verify(old).Subject);

        TokenSigner.WriteJwks(path, second);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("ada", verifier.Verify(second.Sign(null, ("kid", "0"))).Subject);
        Refuses(verifier, old, "signature");
    }

    [Fact]
    public void Jwks_ThatBreaks_LeavesTheKeysOfBefore_AndIsToldOnce()
    {
        var signer = new TokenSigner("ES256");
        var path = TokenSigner.WriteJwks(_folder.Combine("keys.json"), signer);
        var verifier = Verifier(null, path);
        foreach (var text in new[] { "{", "{", "[]" })
        {
            File.WriteAllText(path, text);
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal("ada", verifier.Verify(signer.Sign(null, ("kid", "0"))).Subject);
        }

        Assert.Single(_log.Lines);
    }

    [Theory]
    [InlineData("", "is not a JSON Web Key Set")]
    [InlineData("[]", "is not a JSON Web Key Set")]
    [InlineData("{\"keys\":{}}", "is not a JSON Web Key Set")]
    [InlineData("{\"keys\":[]}", "holds no key that can be used")]
    [InlineData("{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}", "holds no key that can be used")]
    [InlineData("{\"keys\":[1,{\"kty\":7},{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"},{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}]}", "holds no key that can be used")]
    public void Jwks_ThatIsNone_SaysSo(string text, string problem)
    {
        File.WriteAllText(_folder.Combine("keys.json"), text);

        Assert.Contains(problem, Assert.Throws<CertificateFileException>(() => Verifier(null, _folder.Combine("keys.json"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Jwks_KeyForOnePurpose_IsGoodForNoOther()
    {
        var signer = new TokenSigner("RS256");
        var (sealing, other, good) = (signer.Jwk("sealing"), signer.Jwk("other"), signer.Jwk("schlüssel"));
        (sealing["use"], other["alg"], good["alg"], good["use"]) = ("enc", "RS512", "RS256", "sig");
        File.WriteAllText(_folder.Combine("keys.json"), new JsonObject { ["keys"] = new JsonArray(sealing, other, good) }.ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        var verifier = Verifier(null, _folder.Combine("keys.json"));

        Assert.Equal("ada", verifier.Verify(signer.Sign(null, ("kid", "schlüssel"))).Subject);
        Refuses(verifier, signer.Sign(null, ("kid", "sealing")), "kid");
        Refuses(verifier, signer.Sign(null, ("kid", "other")), "signature");
    }

    private static X509Certificate2 LoadPem(CertificateFiles files) => X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);

    private static TokenSigner SignerOf(X509Certificate2 certificate)
    {
        return certificate.GetRSAPrivateKey() is { } rsa ? new TokenSigner("RS256", rsa) : new TokenSigner("ES256", certificate.GetECDsaPrivateKey());
    }

    private static void Refuses(TokenVerifier verifier, string token, string reason)
    {
        Assert.Contains(reason, Assert.Throws<TokenRefusedException>(() => verifier.Verify(token)).Message, StringComparison.Ordinal);
    }

    private X509Certificate2 Leaf(CertificateAuthority authority, bool rsa = false) => LoadPem(authority.WriteServer(_folder.Path, $"{Guid.NewGuid()}", rsa: rsa));

    private TokenVerifier Verifier(string? bundle, string? jwks = null)
    {
        var files = new TrustFiles(bundle, jwks, _time, _log);
        return new TokenVerifier(new TokenRules(TokenSigner.Issuer, TokenSigner.Service, TokenKey.Algorithms, HasClasses: true), () => files.Current, _time);
    }
}
