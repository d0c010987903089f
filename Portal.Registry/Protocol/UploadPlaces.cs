using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Portal.Registry.Configuration;
using Portal.Storage.Oci;

namespace Portal.Registry.Protocol;

/// <summary>How many requests that bring a blob's body are under way at once.</summary>
public sealed class UploadPlaces(LiveConfiguration live)
{
    // Seconds. A place becomes free with every layer that is through, so a client need not stay away for long.
    private const int RetryAfter = 5;

    private int _taken;

    /// <summary>How many are under way.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Takes a place for a request's body, if it can have one.</summary>
    /// <returns>Dispose it to give the place back; null when there is no body.</returns>
    /// <exception cref="OciException">TOOMANYREQUESTS when all are taken. The body can still be read over.</exception>
    public IDisposable? Take(RegistryRequest request)
    {
        if (request.Context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            return null;
        }

        var most = live.Current.Portal.Limits.Uploads;
        if (Interlocked.Increment(ref _taken) <= most)
        {
            return new Place(this);
        }

        Interlocked.Decrement(ref _taken);
        request.TakeBodyOfAnySize();
        request.Response.Headers.RetryAfter = RetryAfter.ToString(CultureInfo.InvariantCulture);
        throw new OciException(
            ErrorCode.TooManyRequests,
            $"{most} uploads are under way, and no more may be at once (portal.limits.uploads): try again in {RetryAfter} seconds");
    }

    private sealed class Place(UploadPlaces places) : IDisposable
    {
        public void Dispose()
        {
            Interlocked.Decrement(ref places._taken);
        }
    }
}
