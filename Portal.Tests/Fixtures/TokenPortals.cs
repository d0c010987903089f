using System.Net.Http.Headers;
using Portal.Registry.Configuration;

namespace Portal.Tests.Fixtures;

/// <summary>The application with <c>auth.token</c>, which trusts <see cref="Signer"/>.</summary>
public sealed class ForeignTokenPortal : PortalFixture
{
    public const string Realm = "https://auth.example.com/token";

    public TokenSigner Signer { get; } = new("ES256");

    public TokenAuthConfiguration Token { get; init; } = new();

    public IReadOnlyList<string> Classes { get; init; } = [];

    protected override RegistryConfiguration Configuration => base.Configuration with
    {
        Auth = new AuthConfiguration
        {
            Token = Token with
            {
                Realm = Realm,
                Service = TokenSigner.Service,
                Issuer = TokenSigner.Issuer,
                Jwks = TokenSigner.WriteJwks(Path.Combine(Root, "keys.json"), Signer),
            },
        },
        RepositoryClasses = Classes,
    };

    /// <summary>A good token for what the access says.</summary>
    public AuthenticationHeaderValue Bearer(string access) => new("Bearer", Signer.Sign(TokenSigner.Claims(access), ("kid", "0")));

    public static string Access(string name, string actions, string type = "repository")
    {
        return $$"""{"type":"{{type}}","name":"{{name}}","actions":[{{string.Join(',', actions.Split(',').Select(action => $"\"{action}\""))}}]}""";
    }
}

/// <summary>The application with <c>auth.silly</c>.</summary>
public sealed class SillyPortal : PortalFixture
{
    protected override RegistryConfiguration Configuration => base.Configuration with
    {
        Auth = new AuthConfiguration { Silly = new SillyAuthConfiguration("silly-realm", "silly-service") },
    };
}
