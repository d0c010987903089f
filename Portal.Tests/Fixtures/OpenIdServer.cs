using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;
using Base64Url = System.Buffers.Text.Base64Url;

namespace Portal.Tests.Fixtures;

/// <summary>
/// A server that speaks OpenID Connect, as little of it as sign-in takes. It asks nobody who they are: they are
/// <see cref="Name"/>.
/// </summary>
public sealed class OpenIdServer : IAsyncDisposable
{
    public const string ClientId = "registry-portal";
    public const string ClientSecret = "between you and me";

    private readonly RSA _key = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, Asked> _asked = new();
    private WebApplication? _app;

    public Uri Issuer { get; private set; } = null!;

    /// <summary>Who everybody is who comes.</summary>
    public string Name { get; set; } = "grace";

    public string[] Groups { get; set; } = [];

    /// <summary>Whether the groups are told by the user's own address alone, and not in the token.</summary>
    public bool TellsGroupsLater { get; set; }

    /// <summary>What an attacker does with the token before it is signed.</summary>
    public Action<JsonObject, JsonObject> Forge { get; set; } = (_, _) => { };

    /// <summary>Another key signs than the one that is published.</summary>
    public bool SignsWithAnotherKey { get; set; }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.MapGet("/.well-known/openid-configuration", () => Json(new JsonObject
        {
            ["issuer"] = Issuer.ToString(),
            ["authorization_endpoint"] = $"{Issuer}authorize",
            ["token_endpoint"] = $"{Issuer}token",
            ["userinfo_endpoint"] = $"{Issuer}userinfo",
            ["jwks_uri"] = $"{Issuer}keys",
        }));
        _app.MapGet("/keys", () => Json(new JsonObject { ["keys"] = new JsonArray(PublicKey()) }));
        _app.MapGet("/authorize", Authorize);
        _app.MapPost("/token", GiveTokenAsync);
        _app.MapGet("/userinfo", () => Json(new JsonObject { ["sub"] = $"id-{Name}", ["groups"] = Array(Groups) }));
        await _app.StartAsync();
        Issuer = new Uri(_app.Urls.Single() + "/");
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _key.Dispose();
    }

    private IResult Authorize(HttpRequest request)
    {
        var query = request.Query;
        if (query["client_id"] != ClientId || query["response_type"] != "code" || query["code_challenge_method"] != "S256"
            || query["state"].Count == 0 || query["nonce"].Count == 0)
        {
            return Results.BadRequest();
        }

        var code = RandomNumberGenerator.GetHexString(32);
        _asked[code] = new Asked(query["redirect_uri"]!, query["nonce"]!, query["code_challenge"]!);
        return Results.Redirect($"{query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(query["state"]!)}");
    }

    private async Task<IResult> GiveTokenAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        if (!_asked.TryRemove(form["code"].ToString(), out var asked)
            || form["grant_type"] != "authorization_code" || form["client_id"] != ClientId || form["client_secret"] != ClientSecret
            || form["redirect_uri"] != asked.RedirectUri
            || Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))) != asked.Challenge)
        {
            return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        }

        return Json(new JsonObject { ["access_token"] = "opaque", ["token_type"] = "Bearer", ["expires_in"] = 60, ["id_token"] = IdToken(asked.Nonce) });
    }

    private string IdToken(string nonce)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var header = new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = "one" };
        var claims = new JsonObject
        {
            ["iss"] = Issuer.ToString(),
            ["aud"] = ClientId,
            ["sub"] = $"id-{Name}",
            ["iat"] = now,
            ["exp"] = now + 60,
            ["nonce"] = nonce,
            ["preferred_username"] = Name,
        };
        if (!TellsGroupsLater)
        {
            claims["groups"] = Array(Groups);
        }

        Forge(header, claims);
        var signed = $"{Encode(header)}.{Encode(claims)}";
        if (header["alg"]!.GetValue<string>() == "none")
        {
            return signed + ".";
        }

        using var other = SignsWithAnotherKey ? RSA.Create(2048) : null;
        var signature = (other ?? _key).SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private JsonObject PublicKey()
    {
        var key = _key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = "one",
            ["n"] = Base64Url.EncodeToString(key.Modulus),
            ["e"] = Base64Url.EncodeToString(key.Exponent),
        };
    }

    private static JsonArray Array(string[] values) => [.. values.Select(value => JsonValue.Create(value))];

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));

    private static IResult Json(JsonObject value) => Results.Text(value.ToJsonString(), "application/json");

    private sealed record Asked(string RedirectUri, string Nonce, string Challenge);
}

/// <summary>The application with names and passwords and such a server, and a browser.</summary>
public sealed class OpenIdWorld : IAsyncLifetime
{
    private OpenIdPortal? _portal;

    public OpenIdServer Server { get; } = new();

    public ChromiumFixture Portal => _portal!;

    public async ValueTask InitializeAsync()
    {
        await Server.StartAsync();
        _portal = new OpenIdPortal(Server.Issuer);
        await ((IAsyncLifetime)_portal).InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_portal is not null)
        {
            await ((IAsyncDisposable)_portal).DisposeAsync();
        }

        await Server.DisposeAsync();
    }
}

/// <param name="issuer">The server's address.</param>
public sealed class OpenIdPortal(Uri issuer) : ChromiumFixture
{
    protected override RegistryConfiguration Configuration => base.Configuration with
    {
        Auth = new AuthConfiguration { Htpasswd = PasswordFile.Write(Root) },
        Portal = base.Configuration.Portal with
        {
            OpenId = new OpenIdConfiguration
            {
                Issuer = issuer,
                ClientId = OpenIdServer.ClientId,
                ClientSecret = new Secret(OpenIdServer.ClientSecret),
                AdminGroups = ["ops"],
                Title = "Sign in with Example",
            },
        },
    };
}
