using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Registry.Tls;

namespace Portal.Tests.Fixtures;

/// <summary>
/// A proxy as people put in front of a registry or its pages: it ends TLS, hands each request and each WebSocket on in the
/// clear, and says by which address the client came.
/// </summary>
public sealed class ReverseProxy : IAsyncDisposable
{
    private static readonly string[] OfTheConnection = ["Host", "Connection", "Transfer-Encoding", "Upgrade"];

    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private readonly Uri _backend;
    private readonly Func<string, string?> _map;
    private readonly string? _prefix;
    private CancellationTokenSource _cut = new();

    private ReverseProxy(Uri backend, Func<string, string?> map, CertificateFiles? certificate, string? prefix)
    {
        (_backend, _map, _prefix) = (backend, map, prefix);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.Limits.MaxRequestBodySize = null;
            server.Listen(System.Net.IPAddress.Loopback, 0, listen =>
            {
                if (certificate is not null)
                {
                    listen.UseHttps(X509Certificate2.CreateFromPemFile(certificate.Certificate, certificate.Key));
                }
            });
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Run(AnswerAsync);
    }

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <param name="map">The path at the backend for one at the proxy; null for what the proxy knows nothing of.</param>
    /// <param name="certificate">For TLS; null for none.</param>
    /// <param name="prefix">Told as <c>X-Forwarded-Prefix</c>; null for nothing.</param>
    public static async Task<ReverseProxy> StartAsync(Uri backend, Func<string, string?> map, CertificateFiles? certificate = null, string? prefix = null)
    {
        var proxy = new ReverseProxy(backend, map, certificate, prefix);
        await proxy._app.StartAsync();
        return proxy;
    }

    /// <summary>Breaks off each connection, and takes no request until <see cref="Mend"/>.</summary>
    public Task CutAsync() => _cut.CancelAsync();

    public void Mend() => _cut = new CancellationTokenSource();

    public async ValueTask DisposeAsync()
    {
        await _cut.CancelAsync();
        await _app.DisposeAsync();
        _http.Dispose();
        _cut.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var cut = _cut.Token;
        if (cut.IsCancellationRequested)
        {
            context.Abort();
        }
        else if (_map(context.Request.Path.ToUriComponent()) is not { } path)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else
        {
            using var registration = cut.Register(context.Abort);
            var target = new Uri(_backend, path + context.Request.QueryString.ToUriComponent());
            await (context.WebSockets.IsWebSocketRequest ? ForwardSocketAsync(context, target) : ForwardAsync(context, target));
        }
    }

    private async Task ForwardAsync(HttpContext context, Uri target)
    {
        var request = context.Request;
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), target);
        if (request.ContentLength is > 0 || request.Headers.TransferEncoding.Count > 0)
        {
            message.Content = new StreamContent(request.Body);
        }

        foreach (var (name, values) in request.Headers.Where(header => !OfTheConnection.Contains(header.Key)))
        {
            if (!message.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        foreach (var (name, value) in Forwarded(context))
        {
            message.Headers.Add(name, value);
        }

        using var answer = await _http.SendAsync(message, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !OfTheConnection.Contains(header.Key)))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        if (request.Method != HttpMethods.Head)
        {
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }

    private async Task ForwardSocketAsync(HttpContext context, Uri target)
    {
        using var backend = new ClientWebSocket();
        foreach (var name in new[] { "Cookie", "Origin" }.Where(context.Request.Headers.ContainsKey))
        {
            backend.Options.SetRequestHeader(name, context.Request.Headers[name]);
        }

        foreach (var (name, value) in Forwarded(context))
        {
            backend.Options.SetRequestHeader(name, value);
        }

        await backend.ConnectAsync(new UriBuilder(target) { Scheme = "ws" }.Uri, context.RequestAborted);
        using var client = await context.WebSockets.AcceptWebSocketAsync();
        try
        {
            await Task.WhenAny(PumpAsync(client, backend, context.RequestAborted), PumpAsync(backend, client, context.RequestAborted));
        }
        finally
        {
            // What one side ended, the other one sees end.
            context.Abort();
        }
    }

    private static async Task PumpAsync(WebSocket from, WebSocket to, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReceiveAsync(buffer, cancellationToken) is { MessageType: not WebSocketMessageType.Close } received)
        {
            await to.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, cancellationToken);
        }
    }

    private IEnumerable<(string Name, string Value)> Forwarded(HttpContext context)
    {
        yield return ("X-Forwarded-Proto", context.Request.Scheme);
        yield return ("X-Forwarded-Host", context.Request.Host.Value!);
        yield return ("X-Forwarded-For", $"{context.Connection.RemoteIpAddress}");
        if (_prefix is not null)
        {
            yield return ("X-Forwarded-Prefix", _prefix);
        }
    }
}
