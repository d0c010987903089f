using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Portal.Tests.Fixtures;

/// <summary>A collector that takes OTLP over HTTP with protobuf, and understands as much of it as the tests ask about.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Spans that came.</summary>
    public ConcurrentQueue<OtlpSpan> Spans { get; } = new();

    /// <summary>Names of figures that came.</summary>
    public ConcurrentDictionary<string, bool> Metrics { get; } = new();

    /// <summary>What each request said of its sender.</summary>
    public ConcurrentQueue<(string Path, string? ContentType, string? Header, IReadOnlyDictionary<string, string> Resource)> Requests { get; } = new();

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRouting();
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.Run(receiver.TakeAsync);
        await app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        foreach (var part in ProtobufMessage.Parse(body.ToArray()).Messages(1))
        {
            var resource = Attributes(part.Messages(1).Single(), 1);
            Requests.Enqueue((context.Request.Path, context.Request.ContentType, context.Request.Headers["x-test"], resource));
            foreach (var item in part.Messages(2).SelectMany(scope => scope.Messages(2)))
            {
                if (context.Request.Path == "/v1/traces")
                {
                    Spans.Enqueue(new OtlpSpan(
                        item.Text(5), Convert.ToHexStringLower(item.Bytes(1)), Convert.ToHexStringLower(item.Bytes(2)), Convert.ToHexStringLower(item.Bytes(4)), Attributes(item, 9)));
                }
                else
                {
                    Metrics[item.Text(1)] = true;
                }
            }
        }

        context.Response.ContentType = "application/x-protobuf";
    }

    /// <summary>KeyValue { key = 1, value = 2 }, AnyValue { string = 1, bool = 2, int = 3 }.</summary>
    private static Dictionary<string, string> Attributes(ProtobufMessage message, int field) => message.Messages(field).ToDictionary(
        pair => pair.Text(1),
        pair => pair.Messages(2).Single() is var value && value.Bytes(1).Length > 0 ? value.Text(1) : value.Number(3).ToString(System.Globalization.CultureInfo.InvariantCulture));
}

/// <summary>A span as it came.</summary>
public sealed record OtlpSpan(string Name, string TraceId, string Id, string ParentId, IReadOnlyDictionary<string, string> Attributes);
