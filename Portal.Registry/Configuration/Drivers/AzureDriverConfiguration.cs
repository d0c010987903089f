namespace Portal.Registry.Configuration.Drivers;

/// <summary>A container of Azure Blob Storage.</summary>
public sealed record AzureDriverConfiguration : DriverConfiguration
{
    public string AccountName { get; init; } = "";

    /// <summary>The account's key, in base64; needed for credentials of the type <c>shared_key</c>.</summary>
    public Secret? AccountKey { get; init; }

    public string Container { get; init; } = "";

    /// <summary>What follows the account in the host's name.</summary>
    public string Realm { get; init; } = "core.windows.net";

    public AzureCredentials Credentials { get; init; } = new();

    /// <summary>The folder in the container; empty for its top.</summary>
    public string RootDirectory { get; init; } = "";

    public int MaxRetries { get; init; } = 5;

    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often a copy under way is asked for.</summary>
    public int CopyStatusPollMaxRetry { get; init; } = 10;

    public TimeSpan CopyStatusPollDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    internal static new AzureDriverConfiguration Read(SectionReader azure)
    {
        var defaults = new AzureDriverConfiguration();
        var configuration = new AzureDriverConfiguration
        {
            AccountName = azure.Text("accountname") ?? "",
            AccountKey = azure.Secret("accountkey"),
            Container = azure.Text("container") ?? "",
            Realm = azure.Text("realm") ?? defaults.Realm,
            Credentials = AzureCredentials.Read(azure.Section("credentials")),
            RootDirectory = azure.Text("rootdirectory") ?? "",
            MaxRetries = azure.Integer("max_retries", defaults.MaxRetries, least: 0),
            RetryDelay = azure.Duration("retry_delay", defaults.RetryDelay),
            CopyStatusPollMaxRetry = azure.Integer("copy_status_poll_max_retry", defaults.CopyStatusPollMaxRetry, least: 0),
            CopyStatusPollDelay = azure.Duration("copy_status_poll_delay", defaults.CopyStatusPollDelay),
        };
        if (configuration is { Credentials.Type: "shared_key", AccountKey: null })
        {
            azure.RequireAll("accountkey");
        }

        return configuration;
    }
}

/// <summary>How the Azure driver signs in.</summary>
public sealed record AzureCredentials
{
    /// <summary><c>shared_key</c>, <c>client_secret</c> or <c>default_credentials</c>.</summary>
    public string Type { get; init; } = "shared_key";

    public string? ClientId { get; init; }

    public string? TenantId { get; init; }

    public Secret? Secret { get; init; }

    internal static AzureCredentials Read(SectionReader credentials)
    {
        var configuration = new AzureCredentials
        {
            Type = credentials.Word("type", new AzureCredentials().Type),
            ClientId = credentials.Text("clientid"),
            TenantId = credentials.Text("tenantid"),
            Secret = credentials.Secret("secret"),
        };
        if (configuration.Type == "client_secret")
        {
            credentials.RequireAll("clientid", "tenantid", "secret");
        }

        return configuration;
    }
}
