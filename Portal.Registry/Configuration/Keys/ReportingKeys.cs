using static Portal.Registry.Configuration.Keys.Key;

namespace Portal.Registry.Configuration.Keys;

internal static class ReportingKeys
{
    public static ConfigurationKey Reporting => Section("reporting", "Tells a service of errors and figures.",
        Section("bugsnag", "Errors to Bugsnag.",
            Text("apikey", "The project's key.").Secret().Required("key"),
            Text("releasestage", "What this installation is: production, staging."),
            Text("endpoint", "The server of one's own that takes them.")).OptIn(),
        Section("newrelic", "Errors and requests to New Relic.",
            Text("licensekey", "The account's key.").Secret().Required("key"),
            Text("name", "The name under which the registry appears.", "registry"),
            Flag("verbose", "Logs what is sent, but the key.")).OptIn());
}
