using System.Net.Sockets;
using System.Security.Authentication;
using Portal.Registry.Configuration;
using Portal.Storage.Reasons;

namespace Portal.Registry.Health;

/// <summary>An entry of <c>health.http</c>: well as long as the address answers HEAD with the status. Redirects are followed, as upstream does.</summary>
public sealed class HttpProbe(HttpCheckConfiguration check) : HealthProbe("http", NameOf(check.Uri!), check.Pace, check.Timeout, SettingsOf(check))
{
    private const int MaxRedirects = 10;

    private HttpClient? _client;

    public override void Dispose()
    {
        _client?.Dispose();
        base.Dispose();
    }

    protected override async Task<Reason?> FindFaultAsync(CancellationToken cancellationToken)
    {
        // Made at the first look: a registry that checks nothing over HTTP loads no client.
        _client ??= new HttpClient(new SocketsHttpHandler { MaxAutomaticRedirections = MaxRedirects, UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };
        using var request = new HttpRequestMessage(HttpMethod.Head, check.Uri);
        foreach (var (name, values) in check.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, values);
        }

        // A connection that is still there says nothing about whether another one can be made.
        request.Headers.ConnectionClose = true;
        using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return (int)answer.StatusCode == check.StatusCode
            ? null
            : new Reason(HealthFault.OtherStatus, $"status {(int)answer.StatusCode} instead of {check.StatusCode}");
    }

    /// <summary>The innermost words say most: "Connection refused", or what is wrong with a certificate.</summary>
    protected override Reason Describe(Exception exception) => base.Describe(
        exception is HttpRequestException { InnerException: (SocketException or IOException or AuthenticationException) and var inner } ? inner : exception);

    /// <summary>As it is written, but for what may be a secret in it: anybody may read the names of checks that fail.</summary>
    private static string NameOf(Uri uri)
    {
        var text = Secret.MaskAddress(uri.OriginalString);
        return text.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? $"{text[..query]}?{Secret.Mask}" : text;
    }

    private static string SettingsOf(HttpCheckConfiguration check) =>
        string.Join('\n', [$"{check.Uri} {check.StatusCode}", .. check.Headers.SelectMany(header => header.Value.Select(value => $"{header.Key}: {value}"))]);
}
