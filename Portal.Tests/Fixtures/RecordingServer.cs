using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Portal.Tests.Fixtures;

/// <summary>A request that came to a <see cref="RecordingServer"/>.</summary>
public sealed record RecordedRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>An HTTP server on loopback that keeps what it is asked, and answers as a test wants.</summary>
public sealed class RecordingServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();

    private RecordingServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public Uri Address { get; private set; } = null!;

    /// <summary>What it answers with; 200 at first.</summary>
    public int Status { get; set; } = StatusCodes.Status200OK;

    /// <summary>Where it leads to, with a status that does.</summary>
    public string? Location { get; set; }

    /// <summary>Answers nothing any more, and keeps each request until its client gives up.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Writes the answer's body; null for none.</summary>
    public Func<HttpContext, Task>? Answer { get; set; }

    /// <summary>What came, oldest first.</summary>
    public IReadOnlyCollection<RecordedRequest> Requests => _requests;

    public static async Task<RecordingServer> StartAsync()
    {
        var server = new RecordingServer();
        await server._app.StartAsync();
        server.Address = new Uri(server._app.Urls.Single());
        return server;
    }

    /// <summary>Waits until that many requests came that are as a test wants them.</summary>
    public Task<List<RecordedRequest>> RequestsAsync(int count, Func<RecordedRequest, bool>? isWanted = null) => Patience.UntilAsync(
        () => _requests.Where(isWanted ?? (_ => true)).ToList() is var found && found.Count >= count ? found : null, $"{count} requests");

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);

        // A test that sees the request may change it for the next one.
        var status = Status;
        _requests.Enqueue(new RecordedRequest(
            context.Request.Method,
            context.Request.Path,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray()));
        if (IsSilent)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        (var redirect, Location) = (Location, null);
        context.Response.StatusCode = redirect is null ? status : StatusCodes.Status302Found;
        if (redirect is not null)
        {
            context.Response.Headers.Location = redirect;
        }
        else if (Answer is { } answer)
        {
            await answer(context);
        }
    }
}
