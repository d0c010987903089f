using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Registry.Acme;

/// <summary>Signed requests to one ACME server on behalf of one account (RFC 8555). Not for two threads at once.</summary>
public sealed class AcmeClient : IDisposable
{
    // A server may refuse nonces for reasons of its own, and another one then does.
    private const int MostTries = 10;
    private const int MaxAnswer = 1024 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly Uri _directoryUrl;
    private readonly AcmeAccountKey _key;
    private readonly HttpClient _http;
    private AcmeDirectory? _directory;
    private Uri? _account;
    private string? _nonce;

    /// <param name="handler">How the server is reached; the system's authorities vouch for it unless the handler says otherwise.</param>
    public AcmeClient(Uri directory, AcmeAccountKey key, HttpMessageHandler handler)
    {
        (_directoryUrl, _key) = (directory, key);
        _http = new HttpClient(handler) { Timeout = Timeout, MaxResponseContentBufferSize = MaxAnswer };
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("registry-portal", typeof(AcmeClient).Assembly.GetName().Version?.ToString(3)));
    }

    /// <summary>Makes the account, or finds it by its key.</summary>
    /// <param name="email">Whom the server may write to; null for nobody.</param>
    public async Task RegisterAsync(string? email, CancellationToken cancellationToken)
    {
        var request = new JsonObject { ["termsOfServiceAgreed"] = true };
        if (email is not null)
        {
            request["contact"] = new JsonArray($"mailto:{email}");
        }

        var answer = await PostAsync((await DirectoryAsync(cancellationToken)).NewAccount, request.ToJsonString(), cancellationToken);
        _account = answer.Location ?? throw new AcmeException(null, "the server gave the account no address");
    }

    /// <summary>Orders a certificate for one name.</summary>
    /// <returns>The order and its address.</returns>
    internal async Task<(AcmeOrder Order, Uri Address)> OrderAsync(string host, CancellationToken cancellationToken)
    {
        var request = new JsonObject
        {
            ["identifiers"] = new JsonArray(new JsonObject { ["type"] = "dns", ["value"] = host }),
        };
        var answer = await PostAsync((await DirectoryAsync(cancellationToken)).NewOrder, request.ToJsonString(), cancellationToken);
        return (Parse<AcmeOrder>(answer.Body), answer.Location ?? throw new AcmeException(null, "the server gave the order no address"));
    }

    /// <summary>Reads a resource, by a POST without content (RFC 8555, 6.3).</summary>
    internal async Task<T> GetAsync<T>(Uri address, CancellationToken cancellationToken) =>
        Parse<T>((await PostAsync(address, "", cancellationToken)).Body);

    /// <summary>Reads a certificate and its chain.</summary>
    internal async Task<string> GetTextAsync(Uri address, CancellationToken cancellationToken) =>
        (await PostAsync(address, "", cancellationToken)).Body;

    internal Task SendAsync(Uri address, JsonObject content, CancellationToken cancellationToken) =>
        PostAsync(address, content.ToJsonString(), cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<Answer> PostAsync(Uri address, string payload, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var header = new JsonObject { ["nonce"] = await NonceAsync(cancellationToken), ["url"] = address.AbsoluteUri };
            if (_account is null)
            {
                header["jwk"] = _key.Jwk.DeepClone();
            }
            else
            {
                header["kid"] = _account.AbsoluteUri;
            }

            using var content = new StringContent(_key.Sign(header, payload), Encoding.UTF8);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/jose+json");
            using var response = await _http.PostAsync(address, content, cancellationToken);
            KeepNonce(response);
            try
            {
                return await ReadAsync(response, cancellationToken);
            }
            catch (AcmeException exception) when (exception.IsBadNonce && tries < MostTries)
            {
                // The refusal brought a fresh one.
            }
        }
    }

    private async Task<AcmeDirectory> DirectoryAsync(CancellationToken cancellationToken)
    {
        if (_directory is null)
        {
            using var response = await _http.GetAsync(_directoryUrl, cancellationToken);
            _directory = Parse<AcmeDirectory>((await ReadAsync(response, cancellationToken)).Body);
        }

        return _directory;
    }

    private async Task<string> NonceAsync(CancellationToken cancellationToken)
    {
        if (_nonce is null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, (await DirectoryAsync(cancellationToken)).NewNonce);
            using var response = await _http.SendAsync(request, cancellationToken);
            KeepNonce(response);
        }

        var nonce = _nonce ?? throw new AcmeException(null, "the server gave no nonce");
        _nonce = null;
        return nonce;
    }

    private void KeepNonce(HttpResponseMessage response) =>
        _nonce = response.Headers.TryGetValues("Replay-Nonce", out var nonces) ? nonces.First() : null;

    private static async Task<Answer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return new Answer(body, response.Headers.Location);
        }

        var problem = response.Content.Headers.ContentType?.MediaType is "application/problem+json" ? Parse<AcmeProblem>(body) : null;
        var wait = response.StatusCode == HttpStatusCode.TooManyRequests && response.Headers.RetryAfter is { } retry ? $" (again after {retry})" : "";
        throw new AcmeException(problem?.Type, $"{(int)response.StatusCode}: {problem?.Detail ?? response.ReasonPhrase}{wait}");
    }

    private static T Parse<T>(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, JsonSerializerOptions.Web) ?? throw new AcmeException(null, "the server's answer is empty");
        }
        catch (JsonException)
        {
            throw new AcmeException(null, $"the server's answer is no {typeof(T).Name}: is http.tls.letsencrypt.directoryurl an ACME directory?");
        }
    }

    private sealed record Answer(string Body, Uri? Location);
}
