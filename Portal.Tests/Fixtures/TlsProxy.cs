using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Registry.Tls;

namespace Portal.Tests.Fixtures;

/// <summary>A proxy as people put in front of a registry: it ends TLS, hands each request on in the clear, and says by which address the client came.</summary>
public sealed class TlsProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private readonly Uri _backend;
    private readonly Func<string, string> _map;

    private TlsProxy(Uri backend, CertificateFiles certificate, Func<string, string> map)
    {
        (_backend, _map) = (backend, map);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.Limits.MaxRequestBodySize = null;
            server.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.UseHttps(
                System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPemFile(certificate.Certificate, certificate.Key)));
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        _app = builder.Build();
        _app.Run(ForwardAsync);
    }

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <param name="map">The path at the registry for one at the proxy.</param>
    public static async Task<TlsProxy> StartAsync(Uri backend, CertificateFiles certificate, Func<string, string> map)
    {
        var proxy = new TlsProxy(backend, certificate, map);
        await proxy._app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        var request = context.Request;
        using var message = new HttpRequestMessage(
            new HttpMethod(request.Method), new Uri(_backend, _map(request.Path.ToUriComponent()) + request.QueryString.ToUriComponent()));
        if (request.ContentLength is > 0 || request.Headers.TransferEncoding.Count > 0)
        {
            message.Content = new StreamContent(request.Body);
        }

        foreach (var (name, values) in request.Headers.Where(header => header.Key is not ("Host" or "Connection" or "Transfer-Encoding")))
        {
            if (!message.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        message.Headers.Add("X-Forwarded-Proto", request.Scheme);
        message.Headers.Add("X-Forwarded-Host", request.Host.Value);
        message.Headers.Add("X-Forwarded-For", $"{context.Connection.RemoteIpAddress}");
        using var answer = await _http.SendAsync(message, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key is not ("Transfer-Encoding" or "Connection")))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        if (request.Method != HttpMethods.Head)
        {
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }
}
