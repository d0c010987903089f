using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;

namespace Portal.Tests.Fixtures;

/// <summary>The application with a password file of ada and bob, and a token server of its own.</summary>
public sealed class TokenServerPortal : PortalFixture
{
    /// <summary>bob's name and password.</summary>
    public static AuthenticationHeaderValue Bob => PasswordFile.Basic("bob", "bobs-password");

    public TokenServerConfiguration Server { get; init; } = new();

    /// <summary><c>http.prefix</c>.</summary>
    public string Prefix { get; init; } = "/";

    /// <summary>The file of passwords.</summary>
    public string Htpasswd => Path.Combine(Root, "htpasswd");

    protected override RegistryConfiguration Configuration
    {
        get
        {
            var htpasswd = PasswordFile.Write(Root);
            File.AppendAllText(htpasswd.Path, PasswordFile.Line("bob", "bobs-password"));
            return base.Configuration with
            {
                Auth = new AuthConfiguration { Htpasswd = htpasswd },
                Http = base.Configuration.Http with { Prefix = Prefix },
                Portal = base.Configuration.Portal with { TokenServer = Server },
            };
        }
    }

    /// <summary>What a token says.</summary>
    public static JsonElement Claims(string token) => JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1])).RootElement;

    /// <summary>What a token allows, each as a scope.</summary>
    public static string[] AccessOf(string token) =>
    [
        .. Claims(token).GetProperty("access").EnumerateArray().Select(entry =>
            $"{entry.GetProperty("type").GetString()}{(entry.TryGetProperty("class", out var name) ? $"({name.GetString()})" : "")}:{entry.GetProperty("name").GetString()}"
            + $":{string.Join(',', entry.GetProperty("actions").EnumerateArray().Select(action => action.GetString()))}"),
    ];

    /// <summary>Changes users, rules or access tokens.</summary>
    public Task ChangeAsync(Func<AccountStore, Task> change) => Get<Accounts>().ChangeAsync(change, CancellationToken.None);

    /// <summary>Writes the whole table of permissions.</summary>
    public Task SetRulesAsync(params AccessRule[] rules) => ChangeAsync(store => store.ReplaceRulesAsync(rules, CancellationToken.None));

    /// <summary>Gets an address with some credentials, or with none.</summary>
    public Task<HttpResponseMessage> SendAsync(AuthenticationHeaderValue? credentials, string path)
    {
        return Client.SendAsync(HttpMethod.Get, path, change: request => request.Headers.Authorization = credentials);
    }

    /// <summary>What an address answers to a token.</summary>
    public async Task<HttpStatusCode> StatusAsync(string token, string path)
    {
        using var answer = await SendAsync(new AuthenticationHeaderValue("Bearer", token), path);
        return answer.StatusCode;
    }

    /// <summary>The answer to a GET that has to be good.</summary>
    public async Task<TokenAnswer> GetTokenAsync(AuthenticationHeaderValue? credentials, string query)
    {
        using var answer = await SendAsync(credentials, $"/auth/token?{query}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return new TokenAnswer(await RegistryClient.ReadJsonAsync(answer));
    }

    /// <summary>A token.</summary>
    public async Task<string> TokenAsync(AuthenticationHeaderValue? credentials, string scope)
    {
        using var answer = await GetTokenAsync(credentials, $"scope={scope}");
        return answer.GetProperty("token").GetString()!;
    }

    /// <summary>Asserts what of a scope somebody gets.</summary>
    public async Task AssertGrantedAsync(AuthenticationHeaderValue? credentials, string scope, params string[] granted)
    {
        Assert.Equal(granted, AccessOf(await TokenAsync(credentials, scope)));
    }

    /// <summary>Posts a form.</summary>
    public Task<HttpResponseMessage> PostAsync(params (string Name, string Value)[] fields)
    {
        var form = string.Join('&', fields.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}"));
        return Client.SendAsync(HttpMethod.Post, "/auth/token", Encoding.UTF8.GetBytes(form), "application/x-www-form-urlencoded");
    }

    /// <summary>A token for a refresh token that has to be good.</summary>
    public async Task<string> RefreshAsync(string refresh, string scope)
    {
        using var answer = await PostAsync(("grant_type", "refresh_token"), ("refresh_token", refresh), ("service", "registry-portal"), ("client_id", "docker"), ("scope", scope));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var json = await RegistryClient.ReadJsonAsync(answer);
        return json.RootElement.GetProperty("access_token").GetString()!;
    }

    /// <summary>Asserts that nothing is got by a refresh token.</summary>
    public async Task AssertEndedAsync(string refresh)
    {
        using var answer = await PostAsync(("grant_type", "refresh_token"), ("refresh_token", refresh));
        await AssertOAuthErrorAsync(answer, "invalid_grant");
    }

    /// <summary>Asserts the form of RFC 6749, 5.2.</summary>
    public static async Task AssertOAuthErrorAsync(HttpResponseMessage answer, string error)
    {
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var json = await RegistryClient.ReadJsonAsync(answer);
        Assert.Equal(["error", "error_description"], json.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal(error, json.RootElement.GetProperty("error").GetString());
    }
}

/// <summary>What the token server answered.</summary>
public sealed class TokenAnswer(JsonDocument json) : IDisposable
{
    public JsonElement GetProperty(string name) => json.RootElement.GetProperty(name);

    public bool TryGetProperty(string name, out JsonElement value) => json.RootElement.TryGetProperty(name, out value);

    public void Dispose() => json.Dispose();
}
