using static Portal.Registry.Configuration.Keys.Key;

namespace Portal.Registry.Configuration.Keys;

internal static class ProxyKeys
{
    public static ConfigurationKey Proxy => Section("proxy", "Fetches from another registry what is not here, and keeps it.",
        Url("remoteurl", "The other registry."),
        Text("username", "The name to sign in with there.").Live(),
        Text("password", "The password to sign in with there.").Secret().Live(),
        Text("remotenamespace", "What is put in front of each repository's name there."),
        Duration("ttl", "How long something fetched is kept; 0 for ever.", "168h"),
        Section("exec", "A program that is asked for name and password.",
            Text("command", "The Docker credential helper."),
            Duration("lifetime", "How long its answer holds; 0 for ever.")).Live()).NotYet();
}
