using System.Text.Json;

namespace Portal.Registry.Protocol;

/// <summary>Keeps a long list's answer from being gathered in memory.</summary>
internal static class JsonFlush
{
    private const int Threshold = 32 * 1024;

    /// <summary>Sends what is written so far once it is worth a packet or two.</summary>
    public static async ValueTask WhenLargeAsync(Utf8JsonWriter writer, RegistryRequest request)
    {
        if (writer.BytesPending >= Threshold)
        {
            await writer.FlushAsync(request.Aborted);
            await request.Response.BodyWriter.FlushAsync(request.Aborted);
        }
    }
}
