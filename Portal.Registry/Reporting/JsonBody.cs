using System.Buffers;
using System.Net.Http.Headers;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using Portal.Registry.Configuration;

namespace Portal.Registry.Reporting;

/// <summary>A body that is written as JSON, token by token: no serializer is loaded for it.</summary>
internal static class JsonBody
{
    public static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            write(json);
        }

        return buffer.WrittenMemory;
    }

    public static HttpContent Of(ReadOnlyMemory<byte> body)
    {
        var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}

/// <summary>This process, as it reports.</summary>
internal static class ReportSources
{
    /// <param name="key">The service's key.</param>
    public static ReportSource Of(Secret key) => new(
        typeof(ReportSources).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0],
        Environment.MachineName,
        RuntimeInformation.FrameworkDescription,
        [key]);
}
