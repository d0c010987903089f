namespace Portal.Registry.Configuration.Drivers;

/// <summary>A container of OpenStack Swift.</summary>
public sealed record SwiftDriverConfiguration : DriverConfiguration
{
    private const long MiB = 1L << 20;

    public string UserName { get; init; } = "";

    public Secret? Password { get; init; }

    /// <summary>The identity service; null when it is missing or wrong.</summary>
    public Uri? AuthUrl { get; init; }

    public string Container { get; init; } = "";

    public string? Tenant { get; init; }

    public string? TenantId { get; init; }

    /// <summary>The user's domain, for version 3 of the identity service.</summary>
    public string? Domain { get; init; }

    public string? DomainId { get; init; }

    /// <summary>The tenant's domain, where it differs from the user's.</summary>
    public string? TenantDomain { get; init; }

    public string? TenantDomainId { get; init; }

    public string? TrustId { get; init; }

    /// <summary>Take any certificate.</summary>
    public bool InsecureSkipVerify { get; init; }

    public string? Region { get; init; }

    /// <summary>Bytes of a segment of a large object, from 1 MiB to 5 GiB.</summary>
    public long ChunkSize { get; init; } = 5 * MiB;

    /// <summary>The folder in the container; empty for its top.</summary>
    public string RootDirectory { get; init; } = "";

    /// <summary>Signs temporary addresses.</summary>
    public Secret? SecretKey { get; init; }

    public string? AccessKey { get; init; }

    /// <summary>1 to 3; 0: as the address says.</summary>
    public int AuthVersion { get; init; }

    /// <summary><c>public</c>, <c>internal</c> or <c>admin</c>.</summary>
    public string EndpointType { get; init; } = "public";

    /// <summary>Temporary addresses are signed by the container's key, not the account's.</summary>
    public bool TempUrlContainerKey { get; init; }

    public IReadOnlyList<string> TempUrlMethods { get; init; } = [];

    internal static new SwiftDriverConfiguration Read(SectionReader swift)
    {
        var defaults = new SwiftDriverConfiguration();
        var prefix = swift.Text("prefix");
        return new SwiftDriverConfiguration
        {
            UserName = swift.Text("username") ?? "",
            Password = swift.Secret("password"),
            AuthUrl = swift.Url("authurl", "https://identity.example.com/v3"),
            Container = swift.Text("container") ?? "",
            Tenant = swift.Text("tenant"),
            TenantId = swift.Text("tenantid"),
            Domain = swift.Text("domain"),
            DomainId = swift.Text("domainid"),
            TenantDomain = swift.Text("tenantdomain"),
            TenantDomainId = swift.Text("tenantdomainid"),
            TrustId = swift.Text("trustid"),
            InsecureSkipVerify = swift.Flag("insecureskipverify"),
            Region = swift.Text("region"),
            ChunkSize = swift.LongBytes("chunksize", defaults.ChunkSize, MiB, 5120 * MiB),
            RootDirectory = swift.Text("rootdirectory") ?? prefix ?? "",
            SecretKey = swift.Secret("secretkey"),
            AccessKey = swift.Text("accesskey"),
            AuthVersion = swift.Integer("authversion", defaults.AuthVersion, least: 0, most: 3),
            EndpointType = swift.Word("endpointtype", defaults.EndpointType),
            TempUrlContainerKey = swift.Flag("tempurlcontainerkey"),
            TempUrlMethods = swift.TextList("tempurlmethods"),
        };
    }
}
