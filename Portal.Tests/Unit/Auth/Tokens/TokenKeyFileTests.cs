using System.Buffers.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Portal.Registry.Auth;
using Portal.Registry.Auth.Tokens;
using Portal.Registry.Auth.TokenServer;
using Portal.Registry.Configuration;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Auth.Tokens;

/// <summary>The token server's keys: one follows the other, and each is known before it signs.</summary>
public sealed class TokenKeyFileTests : IDisposable
{
    private static readonly TimeSpan Rotation = TimeSpan.FromDays(30);

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly AccountsWorld _world;

    public TokenKeyFileTests()
    {
        _world = new AccountsWorld(PasswordFile.Write(_folder.Path).Path, time: _time);
    }

    public void Dispose()
    {
        _world.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Key_ThatHasSignedLongEnough_IsFollowedByTheOneThatWasMadeKnown()
    {
        var keys = Open();
        var issuer = Issuer(keys);
        var first = KeyOf(issuer);
        var known = Known(keys);
        Assert.Equal(2, known.Count);
        Assert.Equal(first, known[0]);
        for (var round = 1; round < 5; round++)
        {
            _time.Advance(Rotation - TimeSpan.FromMinutes(1));
            Assert.Equal(known[0], KeyOf(issuer));
            var late = Issue(issuer);
            _time.Advance(TimeSpan.FromMinutes(1));

            Assert.Equal(known[1], KeyOf(issuer));
            Assert.NotNull(issuer.Identify(late, null));
            Assert.NotNull(issuer.Identify(Issue(issuer), null));
            known = [.. Known(keys).TakeLast(2)];
            Assert.Equal(KeyOf(issuer), known[0]);
        }

        // The one that signs, the one before and the one after.
        Assert.Equal(3, Known(keys).Count);
        Assert.DoesNotContain(first, Known(keys));
    }

    [Fact]
    public void Key_AfterALongStandstill_IsTheNext_AndAnotherOneIsMadeKnown()
    {
        var known = Known(Open());
        _time.Advance(10 * Rotation);

        var keys = Open();

        Assert.Equal(known[1], KeyOf(Issuer(keys)));
        Assert.Equal(3, Known(keys).Count);
        _time.Advance(Rotation);
        Assert.NotEqual(known[1], KeyOf(Issuer(keys)));
    }

    [Fact]
    public void File_OpenedAgain_HasTheSameKeys_AndTheSameCertificate()
    {
        var keys = Open();
        _time.Advance(Rotation);
        var token = Issue(Issuer(keys));
        var certificate = File.ReadAllText(_folder.Combine("token-keys.crt"));

        var again = Open();

        Assert.Equal(Known(keys), Known(again));
        Assert.Equal("ada", Issuer(again).Identify(token, null)?.Name);
        Assert.Equal(certificate, File.ReadAllText(_folder.Combine("token-keys.crt")));

        // And the certificate leads to keys that came after it.
        var trust = new TrustFiles(_folder.Combine("token-keys.crt"), null, _time, NullLogger<TrustFiles>.Instance);
        var verifier = new TokenVerifier(new TokenRules("host", "registry-portal", ["ES256"], HasClasses: true), () => trust.Current, _time);
        Assert.Equal("ada", verifier.Verify(token).Subject);
    }

    [Fact]
    public void Token_EndsWithItsTime()
    {
        var issuer = Issuer(Open());
        var token = Issue(issuer);
        Assert.NotNull(issuer.Identify(token, null));
        var refresh = issuer.IssueRefresh(Ada, _time.GetUtcNow())!;

        _time.Advance(TimeSpan.FromSeconds(302));
        Assert.Throws<TokenRefusedException>(() => issuer.Identify(token, null));
        Assert.NotNull(issuer.Redeem(refresh, null, out _));

        _time.Advance(TimeSpan.FromDays(90));
        Assert.Null(issuer.Redeem(refresh, null, out var user));
        Assert.Equal("ada", user);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"authority\":{\"key\":\"AA==\",\"certificate\":\"AA==\"},\"refreshSecret\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"keys\":[{}]}")]
    public void File_ThatIsDamaged_EndsTheStart_AndStaysAsItIs(string text)
    {
        var path = _folder.Combine("token-keys.json");
        File.WriteAllText(path, text);

        Assert.Contains($"{path} does not hold the keys of the token server", Assert.ThrowsAny<IOException>(Open).Message, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(path));
    }

    private static Identity Ada => new() { Kind = IdentityKind.Password, Name = PasswordFile.User };

    private static List<string> Known(TokenKeyFile keys)
    {
        return [.. JsonDocument.Parse(keys.Jwks).RootElement.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];
    }

    private string Issue(TokenIssuer issuer) => issuer.Issue(Ada, [], "host", _time.GetUtcNow());

    private string KeyOf(TokenIssuer issuer)
    {
        return JsonDocument.Parse(Base64Url.DecodeFromChars(Issue(issuer).Split('.')[0])).RootElement.GetProperty("kid").GetString()!;
    }

    private TokenKeyFile Open() => new(_folder.Combine("token-keys.json"), Rotation, _time, NullLogger<TokenKeyFile>.Instance);

    private TokenIssuer Issuer(TokenKeyFile keys)
    {
        return new TokenIssuer(keys, _world.Accounts, _world.Users, _world.Activity, new TokenServerConfiguration(), _time);
    }
}
