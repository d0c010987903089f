using static Portal.Registry.Configuration.Keys.Key;

namespace Portal.Registry.Configuration.Keys;

internal static class HealthKeys
{
    private const string Failures = "Failures in a row before it counts.";

    public static ConfigurationKey Health => Section("health", "Checks that take the registry out of service while one fails.",
        Section("storagedriver", "Whether the storage answers.",
            Flag("enabled", "Checks it.").OffWhen("false"),
            Duration("interval", "How often.", "10s"),
            Number("threshold", Failures, "3")),
        Sections("file", "Fails while a file exists.",
            Path("file", "The file.").Required("/etc/registry/closed"),
            Duration("interval", "How often it is looked for.", "10s"),
            Number("threshold", Failures, "1")),
        Sections("http", "Fails while an address does not answer as it should.",
            Url("uri", "The address.").Required("https://example.com/"),
            Headers("headers", "Headers of each request.").Secret(),
            Number("statuscode", "The status that it should answer with.", "200"),
            Duration("timeout", "How long the answer may take.", "5s"),
            Duration("interval", "How often it is asked.", "10s"),
            Number("threshold", Failures, "1")),
        Sections("tcp", "Fails while nothing accepts a connection.",
            Address("addr", "Where, as host:port.").Required("redis:6379"),
            Duration("timeout", "How long connecting may take.", "5s"),
            Duration("interval", "How often it is tried.", "10s"),
            Number("threshold", Failures, "1"))).Live();
}
