namespace Portal.Registry.Configuration.Drivers;

/// <summary>A bucket of Google Cloud Storage.</summary>
public sealed record GcsDriverConfiguration : DriverConfiguration
{
    /// <summary>Upstream's least; a lower figure counts as this one.</summary>
    public const int LeastMaxConcurrency = 25;

    // The service takes pieces of a resumable upload in multiples of this.
    private const long ChunkStep = 256L << 10;

    public string Bucket { get; init; } = "";

    /// <summary>The JSON file of a service account; null: <see cref="Credentials"/>, else the platform's own.</summary>
    public string? KeyFile { get; init; }

    /// <summary>What such a file says; null when it is not written in the configuration.</summary>
    public GcsCredentials? Credentials { get; init; }

    /// <summary>The folder in the bucket; empty for its top.</summary>
    public string RootDirectory { get; init; } = "";

    /// <summary>Bytes of a piece of an upload, a multiple of 256 KiB.</summary>
    public long ChunkSize { get; init; } = 5L << 20;

    /// <summary>Requests under way at a time, at least 25.</summary>
    public int MaxConcurrency { get; init; } = 50;

    internal static new GcsDriverConfiguration Read(SectionReader gcs)
    {
        var defaults = new GcsDriverConfiguration();
        return new GcsDriverConfiguration
        {
            Bucket = gcs.Text("bucket") ?? "",
            KeyFile = gcs.Text("keyfile"),
            Credentials = gcs.FilledSection("credentials") is { } credentials ? GcsCredentials.Read(credentials) : null,
            RootDirectory = gcs.Text("rootdirectory") ?? "",
            ChunkSize = gcs.LongBytes("chunksize", defaults.ChunkSize, ChunkStep, 5L << 30, ChunkStep),
            MaxConcurrency = gcs.AtLeast("maxconcurrency", defaults.MaxConcurrency, LeastMaxConcurrency),
        };
    }
}

/// <summary>A service account of Google, field by field as in its key file.</summary>
public sealed record GcsCredentials
{
    public string? Type { get; init; }

    public string? ProjectId { get; init; }

    public string? PrivateKeyId { get; init; }

    /// <summary>PEM.</summary>
    public Secret? PrivateKey { get; init; }

    public string? ClientEmail { get; init; }

    public string? ClientId { get; init; }

    public string? AuthUri { get; init; }

    public string? TokenUri { get; init; }

    public string? AuthProviderX509CertUrl { get; init; }

    public string? ClientX509CertUrl { get; init; }

    public string? UniverseDomain { get; init; }

    internal static GcsCredentials Read(SectionReader credentials) => new()
    {
        Type = credentials.Text("type"),
        ProjectId = credentials.Text("project_id"),
        PrivateKeyId = credentials.Text("private_key_id"),
        PrivateKey = credentials.Secret("private_key"),
        ClientEmail = credentials.Text("client_email"),
        ClientId = credentials.Text("client_id"),
        AuthUri = credentials.Text("auth_uri"),
        TokenUri = credentials.Text("token_uri"),
        AuthProviderX509CertUrl = credentials.Text("auth_provider_x509_cert_url"),
        ClientX509CertUrl = credentials.Text("client_x509_cert_url"),
        UniverseDomain = credentials.Text("universe_domain"),
    };
}
