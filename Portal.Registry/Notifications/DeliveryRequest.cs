using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Portal.Registry.Configuration;
using Portal.Storage.Reasons;

namespace Portal.Registry.Notifications;

/// <summary>One request to an endpoint.</summary>
internal sealed class DeliveryRequest : IDisposable
{
    private const int LongestBody = 16 * 1024;
    private const int LongestHeaders = 8 * 1024;
    private const int LongestReasonPhrase = 100;

    private readonly NotificationTarget _target;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;

    public DeliveryRequest(NotificationTarget target, TimeProvider time)
    {
        (_target, _time) = (target, time);
        _client = new HttpClient(new SocketsHttpHandler
        {
            // A redirect is no success (upstream follows none of them either for a POST with a body).
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            MaxConnectionsPerServer = 1,
            ActivityHeadersPropagator = null,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The address without the secrets that may be in it.</summary>
    public string ShownUrl => Secret.MaskAddress($"{_target.Endpoint.Url}");

    public void Dispose() => _client.Dispose();

    /// <summary>Posts an event, and waits for the answer as long as the endpoint may take.</summary>
    public async Task<DeliveryAnswer> SendAsync(ReadOnlyMemory<byte> registryEvent, CancellationToken cancellationToken)
    {
        var payload = Payload.Of(_target.Extension.Format, registryEvent);
        using var request = CreateRequest(payload);
        var answer = new DeliveryAnswer
        {
            RequestHeaders = ShownHeaders(request),
            RequestBody = _target.Extension.Format is PayloadFormat.Registry ? null : payload.Body,
        };
        var began = _time.GetTimestamp();
        using var patience = new CancellationTokenSource(_target.Endpoint.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            answer = answer with
            {
                Status = (int)response.StatusCode,
                ReasonPhrase = Cut(response.ReasonPhrase ?? "", LongestReasonPhrase),
                ResponseHeaders = Cut(Lines(response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)), LongestHeaders),
                ResponseBody = await ReadAsync(response, either.Token),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var seconds = _target.Endpoint.Timeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            answer = answer with { Failure = new Reason(DeliveryFault.TimedOut, $"no whole answer within {seconds}s (timeout)") };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            answer = answer with { Failure = WhyNoAnswer(exception) };
        }

        return answer with { Duration = _time.GetElapsedTime(began) };
    }

    private HttpRequestMessage CreateRequest(Payload payload)
    {
        var content = new ReadOnlyMemoryContent(payload.Body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(payload.ContentType);
        var request = new HttpRequestMessage(HttpMethod.Post, _target.Endpoint.Url) { Content = content };
        request.Headers.TryAddWithoutValidation("User-Agent", "registry-portal");
        if (_target.Extension.Secret is { } secret)
        {
            request.Headers.TryAddWithoutValidation(PayloadSignature.Header, PayloadSignature.Of(secret, payload.Body.Span));
        }

        foreach (var (name, values) in _target.Endpoint.Headers)
        {
            // The configuration has the last word, as upstream's has.
            if (!request.Headers.TryAddWithoutValidation(name, values))
            {
                content.Headers.Remove(name);
                content.Headers.TryAddWithoutValidation(name, values);
            }
        }

        return request;
    }

    /// <summary>As they were sent; those of the configuration are its secrets.</summary>
    private string ShownHeaders(HttpRequestMessage request)
    {
        var headers = request.Headers.NonValidated.Concat(request.Content!.Headers.NonValidated);
        return Lines(headers, name => _target.Endpoint.Headers.Keys.Contains(name, StringComparer.OrdinalIgnoreCase));
    }

    private static string Lines(IEnumerable<KeyValuePair<string, HeaderStringValues>> headers, Func<string, bool>? isSecret = null)
    {
        var lines = headers.SelectMany(header => header.Value.Select(
            value => $"{header.Key}: {(isSecret?.Invoke(header.Key) is true ? Secret.Mask : value)}"));
        return string.Join('\n', lines);
    }

    private static string Cut(string text, int longest) => text.Length <= longest ? text : string.Concat(text.AsSpan(0, longest), "…");

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(LongestBody);
        try
        {
            var count = await body.ReadAtLeastAsync(buffer.AsMemory(0, LongestBody), LongestBody, throwOnEndOfStream: false, cancellationToken);
            return buffer.AsSpan(0, count).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>What the system says of it is English as it is.</summary>
    private static Reason WhyNoAnswer(Exception exception)
    {
        var words = Words(exception);
        return exception switch
        {
            HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => new Reason(DeliveryFault.NotConnected, $"{words}"),
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => new Reason(DeliveryFault.UnknownHost, $"{words}"),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => new Reason(DeliveryFault.NoTls, $"{words}"),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => new Reason(DeliveryFault.Unreachable, $"{words}"),
            _ => new Reason(DeliveryFault.BrokenOff, $"{words}"),
        };
    }

    /// <summary>The innermost reason, which says most: "Connection refused".</summary>
    private static string Words(Exception exception)
    {
        var words = new StringBuilder(exception.Message);
        for (var inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (!words.ToString().Contains(inner.Message, StringComparison.Ordinal))
            {
                words.Append(": ").Append(inner.Message);
            }
        }

        return words.ToString();
    }
}

/// <summary>What came of a request.</summary>
internal sealed record DeliveryAnswer
{
    // It is kept with each attempt.
    private const int LongestError = 1000;

    public required string RequestHeaders { get; init; }

    /// <summary>Null when it is the event in the usual envelope.</summary>
    public ReadOnlyMemory<byte>? RequestBody { get; init; }

    public TimeSpan Duration { get; init; }

    /// <summary>Null when no answer came.</summary>
    public int? Status { get; init; }

    public string? ReasonPhrase { get; init; }

    public string? ResponseHeaders { get; init; }

    public ReadOnlyMemory<byte>? ResponseBody { get; init; }

    /// <summary>Why there is no answer.</summary>
    public Reason? Failure { get; init; }

    public bool IsSuccess => Failure is null && Status is >= 200 and < 300;

    /// <summary>As upstream counts it: <c>200 OK</c>; null when no answer came.</summary>
    public string? StatusText => Status is null ? null : $"{Status} {ReasonPhrase}".TrimEnd();

    /// <summary>Why it failed, for a person; null when it did not.</summary>
    public Reason? Error => (Failure ?? (IsSuccess ? null : new Reason(DeliveryFault.Refused, $"answered {StatusText}")))?.Within(LongestError);
}
