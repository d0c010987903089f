using static Portal.Registry.Configuration.Keys.Key;

namespace Portal.Registry.Configuration.Keys;

internal static class NotificationKeys
{
    public static ConfigurationKey Notifications => Section("notifications", "Tells other programs of pushes, pulls and deletes.",
        Section("events", "What an event says.",
            Flag("includereferences", "Lists what a manifest refers to.")).Live(),
        Sections("endpoints", "Where events are sent.",
            Text("name", "A name of its own, for logs and figures.").Required("listener"),
            Flag("disabled", "Keeps the entry in the file and sends nothing.").OffWhen("true"),
            Url("url", "The address that events are posted to.").Required("https://listener.example.com/events"),
            Headers("headers", "Headers of each request, such as Authorization.").Secret(),
            Duration("timeout", "How long an answer may take.", "1s"),
            Number("threshold", "Failures in a row after which it waits before each try.", "10"),
            Duration("backoff", "The wait after as many failures in a row as threshold says.", "1s"),
            List("ignoredmediatypes", KeyType.Text, "The older name of ignore.mediatypes."),
            Section("ignore", "Events that are not sent.",
                List("mediatypes", KeyType.Text, "Those of content with one of these media types."),
                Choices("actions", "Those of these actions.", ["push", "pull", "mount", "delete"])))).Live();
}
