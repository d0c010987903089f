using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Portal.Storage.Oci;

namespace Portal.Tests.Fixtures;

/// <summary>A thin client of the protocol that hides neither status nor headers.</summary>
/// <param name="configure">Changes how it connects: TLS, a unix socket.</param>
/// <param name="version">The one version of HTTP that it speaks; 1.1 unless set.</param>
public sealed class RegistryClient(Uri address, Action<SocketsHttpHandler>? configure = null, Version? version = null) : IDisposable
{
    private readonly HttpClient _http = new(CreateHandler(configure)) { BaseAddress = address };

    /// <summary>Sent with every request; null for none.</summary>
    public AuthenticationHeaderValue? Authorization
    {
        get => _http.DefaultRequestHeaders.Authorization;
        set => _http.DefaultRequestHeaders.Authorization = value;
    }

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, byte[]? body = null, string? contentType = null, Action<HttpRequestMessage>? change = null)
    {
        var uri = Uri.IsWellFormedUriString(path, UriKind.Absolute)
            ? new Uri(path)
            : new Uri(address.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(method, uri)
        {
            Version = version ?? HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            if (contentType is not null)
            {
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
            }
        }

        change?.Invoke(request);
        return await _http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>Pushes a blob as upstream's clients do: POST, then PUT.</summary>
    public async Task<Digest> PushBlobAsync(string repository, byte[] content, DigestAlgorithm algorithm = DigestAlgorithm.Sha256)
    {
        var digest = Digest.Of(content, algorithm);
        using var answer = await SendAsync(
            HttpMethod.Put, $"{await StartUploadAsync(repository)}&digest={digest}", content, MediaTypes.OctetStream);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return digest;
    }

    /// <summary>Begins an upload and returns its address.</summary>
    public async Task<string> StartUploadAsync(string repository)
    {
        using var answer = await SendAsync(HttpMethod.Post, $"/v2/{repository}/blobs/uploads/", []);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return answer.Headers.Location!.ToString();
    }

    /// <summary>Pushes a small image: one config, one layer of the given text.</summary>
    public async Task<Digest> PushImageAsync(
        string repository, string reference, string layer = "layer", string? subject = null, string? artifactType = null)
    {
        var (content, diffId) = ImageBuilder.Layer(layer);
        var config = ImageBuilder.Config(diffId);
        var manifest = ImageBuilder.Manifest(
            (await PushBlobAsync(repository, config), config.Length),
            [(await PushBlobAsync(repository, content), content.Length)],
            subject,
            artifactType);
        using var answer = await PutManifestAsync(repository, reference, manifest, MediaTypes.OciManifest);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return Digest.Of(manifest);
    }

    public Task<HttpResponseMessage> PutManifestAsync(string repository, string reference, byte[] content, string? contentType)
    {
        return SendAsync(HttpMethod.Put, $"/v2/{repository}/manifests/{reference}", content, contentType);
    }

    public async Task<string[]> TagsAsync(string repository)
    {
        using var answer = await GetAsync($"/v2/{repository}/tags/list");
        using var json = await ReadJsonAsync(answer);
        return [.. json.RootElement.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!)];
    }

    public static async Task<JsonDocument> ReadJsonAsync(HttpResponseMessage answer)
    {
        return JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>
    /// Asserts that the answer is an error of the protocol with this status and code, in its whole shape:
    /// <c>{"errors":[{"code","message","detail"}]}</c> and nothing else.
    /// </summary>
    public static async Task AssertErrorAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        using var json = await ReadJsonAsync(answer);
        var errors = Assert.Single(json.RootElement.EnumerateObject());
        Assert.Equal("errors", errors.Name);
        Assert.NotEmpty(errors.Value.EnumerateArray());
        Assert.All(errors.Value.EnumerateArray(), error =>
        {
            Assert.Equal(["code", "message", "detail"], error.EnumerateObject().Select(property => property.Name));
            Assert.Equal(code, error.GetProperty("code").GetString());
            Assert.NotEqual(string.Empty, error.GetProperty("message").GetString());
            Assert.True(error.GetProperty("detail").ValueKind is JsonValueKind.Object or JsonValueKind.Null);
        });
    }

    public void Dispose()
    {
        _http.Dispose();
    }

    private static SocketsHttpHandler CreateHandler(Action<SocketsHttpHandler>? configure)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        };
        configure?.Invoke(handler);
        return handler;
    }
}
