using static Portal.Registry.Configuration.Keys.Key;

namespace Portal.Registry.Configuration.Keys;

/// <summary>What the portal adds to the <c>notifications</c> section.</summary>
internal static class PortalNotificationKeys
{
    public static ConfigurationKey Notifications => Section("notifications", "What upstream's notifications do not have.",
        Duration("retention", "How long deliveries that are over are kept; 0 for ever.", "168h"),
        Number("maxwaiting", "Pulls that may wait for an endpoint; further ones are counted and not sent. Everything else always waits.", "100000"),
        Sections("endpoints", "More about entries of notifications.endpoints.",
            Text("name", "The name of such an entry.").Required("listener"),
            Text("secret", "Signs each request: X-Hub-Signature-256 has the HMAC of its body.").Secret(),
            Choice("format", "The form of the request's body.", [.. WebhookConfiguration.Formats.Keys], "registry"),
            List("repositories", KeyType.Text, "Repositories of which events are sent, as patterns: * is any text without a slash, ** any number of components.")
                .Otherwise("all"),
            List("tags", KeyType.Text, "Tags of which events are sent, as patterns: * is any text. With it, events without a tag are not sent.")
                .Otherwise("all"),
            Number("attempts", "Failures after which an event is given up and the next one sent; 0 for never.", "0"))).Live();
}
