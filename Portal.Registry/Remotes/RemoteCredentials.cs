using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Portal.Registry.Configuration;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Registry.Remotes;

/// <summary>
/// Signs in at a registry elsewhere. A password is sent to nobody who did not ask for it, and over plain HTTP to no token
/// server of a registry that is spoken to over TLS.
/// </summary>
internal sealed class RemoteCredentials(RemoteRegistryConfiguration registry, HttpClient client, TimeProvider time)
{
    private const int LargestToken = 256 * 1024;
    private const int MostTokens = 1000;

    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Token> _tokens = new(StringComparer.Ordinal);
    private volatile bool _wantsPassword;

    /// <summary>What is known to be asked for.</summary>
    /// <param name="scope">What the request needs.</param>
    public AuthenticationHeaderValue? Find(string scope) =>
        _wantsPassword ? Password
        : _tokens.TryGetValue(scope, out var token) && token.Until > time.GetUtcNow() ? new AuthenticationHeaderValue("Bearer", token.Value)
        : null;

    /// <summary>Answers a challenge.</summary>
    /// <returns>Null when there is nothing to answer it with.</returns>
    /// <exception cref="OciException">UNAVAILABLE: the token server refuses, or cannot be trusted with a password.</exception>
    public async Task<AuthenticationHeaderValue?> AnswerAsync(RemoteChallenge challenge, string scope, CancellationToken cancellationToken)
    {
        if (challenge.Realm is not { } realm)
        {
            _wantsPassword = Password is not null;
            return Password;
        }

        var token = await FetchAsync(realm, challenge, scope, cancellationToken);
        if (_tokens.Count >= MostTokens)
        {
            _tokens.Clear();
        }

        _tokens[scope] = token;
        return new AuthenticationHeaderValue("Bearer", token.Value);
    }

    private AuthenticationHeaderValue? Password => registry.UserName is null
        ? null
        : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{registry.UserName}:{registry.Password?.Value}")));

    private async Task<Token> FetchAsync(Uri realm, RemoteChallenge challenge, string scope, CancellationToken cancellationToken)
    {
        if (Password is not null && registry.Url!.Scheme == Uri.UriSchemeHttps && realm.Scheme != Uri.UriSchemeHttps)
        {
            throw new OciException(
                ErrorCode.Unavailable,
                new Reason(RemoteRefusal.TokensWithoutTls, $"{registry.Name} sends for its tokens to {realm.Authority} without TLS, where no password is sent"));
        }

        var query = new StringBuilder(realm.Query.Length > 0 ? $"{realm.Query}&" : "?").Append("scope=").Append(Uri.EscapeDataString(challenge.Scope ?? scope));
        if (challenge.Service is { } service)
        {
            query.Append("&service=").Append(Uri.EscapeDataString(service));
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(realm) { Query = query.ToString() }.Uri);
        request.Headers.Authorization = Password;
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return response.IsSuccessStatusCode
            ? Read(await RemoteBody.ReadAsync(response, LargestToken, cancellationToken))
            : throw new OciException(
                ErrorCode.Unavailable,
                registry.UserName is null
                    ? new Reason(RemoteRefusal.NobodyToSignIn, $"{registry.Name} wants somebody to sign in: the configuration names nobody (portal.registries, username)")
                    : new Reason(
                        RemoteRefusal.TokenRefused,
                        $"{realm.Authority}, which makes the tokens of {registry.Name}, refuses {registry.UserName} with status {(int)response.StatusCode}"));
    }

    private Token Read(byte[] content)
    {
        try
        {
            using var json = JsonDocument.Parse(content);
            var root = json.RootElement;
            var value = TextOf(root, "token") ?? TextOf(root, "access_token");
            var lifetime = root.TryGetProperty("expires_in", out var seconds) && seconds.TryGetInt32(out var count) && count > 0
                ? TimeSpan.FromSeconds(count)
                : DefaultLifetime;
            if (value?.Length > 0 && !value.AsSpan().ContainsAnyExceptInRange('!', '~'))
            {
                return new Token(value, time.GetUtcNow() + lifetime - Margin);
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // What it says is below.
        }

        throw new OciException(
            ErrorCode.Unavailable, new Reason(RemoteRefusal.NoToken, $"the token server of {registry.Name} answers with something that is no token"));
    }

    private static string? TextOf(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private sealed record Token(string Value, DateTimeOffset Until);
}
