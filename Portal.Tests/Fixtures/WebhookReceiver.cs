using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Portal.Tests.Fixtures;

/// <summary>An endpoint that events are posted to, on a free port of the loopback interface.</summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedEvent> _received = new();

    private WebhookReceiver(WebApplication app)
    {
        _app = app;
        app.Run(AnswerAsync);
    }

    /// <summary>What it answers; <c>200</c> unless set.</summary>
    public Func<ReceivedEvent, HttpResponse, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>All that came, in its order, whatever was answered.</summary>
    public IReadOnlyCollection<ReceivedEvent> Received => _received;

    public Uri Address => new(_app.Urls.Single() + "/events");

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0));
        var receiver = new WebhookReceiver(builder.Build());
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Waits until so many requests came.</summary>
    public Task<IReadOnlyCollection<ReceivedEvent>> UntilAsync(int count) =>
        Patience.UntilAsync(() => _received.Count >= count ? Received : null, $"{count} requests (only {_received.Count} did)");

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var received = new ReceivedEvent(
            context.Request.Method,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToArray(), StringComparer.OrdinalIgnoreCase),
            body.ToArray());
        _received.Enqueue(received);
        await Answer(received, context.Response);
    }
}

/// <summary>A request that an endpoint got.</summary>
public sealed record ReceivedEvent(string Method, IReadOnlyDictionary<string, string?[]> Headers, byte[] Body)
{
    /// <summary>The one event of upstream's envelope.</summary>
    public JsonObject Event => JsonNode.Parse(Body)!["events"]!.AsArray().Single()!.AsObject();

    /// <summary>What it is about, for a person: <c>push team/app:1</c>.</summary>
    public string Summary =>
        $"{Event["action"]} {Event["target"]!["repository"]}{(Event["target"]!["tag"] is { } tag ? $":{tag}" : $"@{Event["target"]!["digest"]}")}";
}
