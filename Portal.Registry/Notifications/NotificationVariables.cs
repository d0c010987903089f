using System.Text.Json;
using Portal.Registry.Configuration;

namespace Portal.Registry.Notifications;

/// <summary>Endpoints in <c>/debug/vars</c>, in upstream's form, but for the values of headers, which it shows.</summary>
public sealed class NotificationVariables(LiveConfiguration live, NotificationFigures figures)
{
    private const long NanosecondsPerTick = 100;

    /// <summary>Writes the value of <c>registry.notifications</c>.</summary>
    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("endpoints");
        foreach (var endpoint in live.Current.Notifications.Endpoints.Where(endpoint => !endpoint.Disabled))
        {
            Write(json, endpoint, figures.Of(endpoint.Name));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, NotificationEndpointConfiguration endpoint, EndpointFigures figures)
    {
        json.WriteStartObject();
        json.WriteString("name", endpoint.Name);
        json.WriteString("url", Secret.MaskAddress($"{endpoint.Url}"));
        json.WriteStartObject("Headers");
        foreach (var (name, values) in endpoint.Headers)
        {
            WriteList(json, name, values.Select(_ => Secret.Mask));
        }

        json.WriteEndObject();
        json.WriteNumber("Timeout", endpoint.Timeout.Ticks * NanosecondsPerTick);
        json.WriteNumber("Threshold", endpoint.Threshold);
        json.WriteNumber("Backoff", endpoint.Backoff.Ticks * NanosecondsPerTick);
        WriteList(json, "IgnoredMediaTypes", endpoint.IgnoredMediaTypes);
        json.WriteStartObject("Ignore");
        WriteList(json, "MediaTypes", endpoint.IgnoredMediaTypes);
        WriteList(json, "Actions", endpoint.IgnoredActions);
        json.WriteEndObject();
        json.WriteStartObject("Metrics");
        json.WriteNumber("Pending", figures.Pending);
        json.WriteNumber("Events", figures.Events);
        json.WriteNumber("Successes", figures.Successes);
        json.WriteNumber("Failures", figures.Failures);
        json.WriteNumber("Errors", figures.Errors);
        json.WriteStartObject("Statuses");
        foreach (var (status, count) in figures.Statuses)
        {
            json.WriteNumber(status, count);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
