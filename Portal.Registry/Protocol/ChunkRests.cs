using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Portal.Registry.Protocol;

/// <summary>What is left of the chunks in whose midst requests were refused. Their uploads have given back their places by then.</summary>
internal sealed class ChunkRests(TimeProvider time)
{
    private const int MostAtOnce = 100;

    private int _count;

    /// <summary>
    /// Reads over it when the answer is written, unless the client was too slow already. Where the end of the chunk does
    /// not come, or too many others are waited for, the connection takes no further request.
    /// </summary>
    public Task LeaveAsync(HttpContext context)
    {
        return context.Features.Get<ChunkedBody>() is { IsInside: true } body && !context.RequestAborted.IsCancellationRequested
            ? LeaveAsync(context, body)
            : Task.CompletedTask;
    }

    private async Task LeaveAsync(HttpContext context, ChunkedBody body)
    {
        if (context.Response.StatusCode != StatusCodes.Status408RequestTimeout)
        {
            if (Interlocked.Increment(ref _count) <= MostAtOnce)
            {
                await body.LeaveAsync(time, context.RequestAborted);
            }

            Interlocked.Decrement(ref _count);
        }

        if (body.IsInside)
        {
            // What comes next is no line: taken for one, it could end the body and begin a request in somebody else's name.
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
    }
}
