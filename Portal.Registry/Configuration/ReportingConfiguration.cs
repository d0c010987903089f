namespace Portal.Registry.Configuration;

/// <summary>The <c>reporting</c> section; each service is null unless it is written.</summary>
public sealed record ReportingConfiguration
{
    public BugsnagConfiguration? Bugsnag { get; init; }

    public NewRelicConfiguration? NewRelic { get; init; }

    internal static ReportingConfiguration Read(SectionReader reporting) => new()
    {
        Bugsnag = reporting.FilledSection("bugsnag") is { } bugsnag
            ? ReadBugsnag(bugsnag)
            : null,
        NewRelic = reporting.FilledSection("newrelic") is { } newRelic
            ? new NewRelicConfiguration(newRelic.Secret("licensekey"), newRelic.Text("name") ?? "registry", newRelic.Flag("verbose"))
            : null,
    };

    private static BugsnagConfiguration ReadBugsnag(SectionReader section)
    {
        var bugsnag = new BugsnagConfiguration(section.Secret("apikey"), section.Text("releasestage"), section.Text("endpoint"));
        if (!bugsnag.HasAddress)
        {
            section.Error("endpoint", SettingProblem.NoAddress, $"is not an address; write for example \"https://bugsnag.example.com\"");
        }

        return bugsnag;
    }
}

/// <summary>The <c>reporting.bugsnag</c> section.</summary>
/// <param name="ApiKey">The project's key; null when it is missing.</param>
/// <param name="ReleaseStage">What this installation is; null: not said.</param>
/// <param name="Endpoint">A server of one's own; null: Bugsnag's.</param>
public sealed record BugsnagConfiguration(Secret? ApiKey, string? ReleaseStage, string? Endpoint)
{
    private const string Own = "https://notify.bugsnag.com/";

    /// <summary>Where errors go to. An endpoint without a scheme is one over HTTPS.</summary>
    internal Uri Address => new(Endpoint is null ? Own : WithScheme(Endpoint));

    internal bool HasAddress => Endpoint is null
        || (Uri.TryCreate(WithScheme(Endpoint), UriKind.Absolute, out var address) && address.Scheme is "http" or "https");

    private static string WithScheme(string endpoint) => endpoint.Contains("://", StringComparison.Ordinal) ? endpoint : $"https://{endpoint}";
}

/// <summary>The <c>reporting.newrelic</c> section.</summary>
/// <param name="LicenseKey">The account's key; null when it is missing.</param>
/// <param name="Name">The name under which the registry appears.</param>
/// <param name="Verbose">Log what is sent.</param>
public sealed record NewRelicConfiguration(Secret? LicenseKey, string Name, bool Verbose);
