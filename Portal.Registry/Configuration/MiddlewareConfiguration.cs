namespace Portal.Registry.Configuration;

/// <summary>An entry of <c>middleware.storage</c> that is not disabled: where clients are sent for a blob.</summary>
public abstract record StorageMiddlewareConfiguration
{
    private const string Known = "cloudfront, redirect, rewrite";

    /// <summary>What stands in front of the storage, the first entry next to it.</summary>
    internal static IReadOnlyList<StorageMiddlewareConfiguration> ReadAll(SectionReader middleware)
    {
        foreach (var kind in (string[])["registry", "repository"])
        {
            foreach (var entry in middleware.Sections(kind).Where(entry => !entry.Flag("disabled")))
            {
                _ = entry.Section("options");
                if (entry.Text("name") is { } name)
                {
                    entry.Error("name", SettingProblem.NoSuchMiddleware, $"there is no {kind} middleware \"{ConfigurationProblems.Cut(name)}\"; remove the entry");
                }
            }
        }

        return [.. middleware.Sections("storage").Where(entry => !entry.Flag("disabled")).Select(ReadEntry).OfType<StorageMiddlewareConfiguration>()];
    }

    private static StorageMiddlewareConfiguration? ReadEntry(SectionReader entry)
    {
        var options = entry.Section("options");
        switch (entry.Text("name"))
        {
            case "cloudfront":
                return CloudFrontConfiguration.Read(options);
            case "redirect":
                options.RequireAll("baseurl");
                return new RedirectMiddlewareConfiguration(options.Url("baseurl"));
            case "rewrite":
                return new RewriteMiddlewareConfiguration(
                    options.Word("scheme", null), options.Text("host"), options.Text("trimpathprefix"));
            case { } other:
                entry.Error("name", SettingProblem.NoneOf, $"\"{ConfigurationProblems.Cut(other)}\" is not one of {Known}");
                return null;
            default:
                return null;
        }
    }
}

/// <summary>Whose requests do not go to CloudFront.</summary>
public enum CloudFrontFilter
{
    /// <summary>Nobody's.</summary>
    None,

    /// <summary>Those from Amazon's own addresses.</summary>
    Aws,

    /// <summary>Those from Amazon's addresses in some regions.</summary>
    AwsRegion,
}

/// <summary>Signed addresses of Amazon CloudFront.</summary>
public sealed record CloudFrontConfiguration : StorageMiddlewareConfiguration
{
    private static readonly Dictionary<string, CloudFrontFilter> Filters = new(StringComparer.Ordinal)
    {
        ["none"] = CloudFrontFilter.None,
        ["aws"] = CloudFrontFilter.Aws,
        ["awsregion"] = CloudFrontFilter.AwsRegion,
    };

    /// <summary>The distribution; null when it is missing or wrong.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>The PEM file of the signing key.</summary>
    public string PrivateKey { get; init; } = "";

    public string KeyPairId { get; init; } = "";

    /// <summary>How long an address holds.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(20);

    public CloudFrontFilter IpFilteredBy { get; init; }

    /// <summary>The regions of <see cref="CloudFrontFilter.AwsRegion"/>.</summary>
    public IReadOnlyList<string> AwsRegions { get; init; } = [];

    /// <summary>The time between two looks at <see cref="IpRangesUrl"/>.</summary>
    public TimeSpan UpdateFrequency { get; init; } = TimeSpan.FromHours(12);

    public Uri IpRangesUrl { get; init; } = new("https://ip-ranges.amazonaws.com/ip-ranges.json");

    internal static CloudFrontConfiguration Read(SectionReader options)
    {
        var defaults = new CloudFrontConfiguration();
        options.RequireAll("baseurl", "privatekey", "keypairid");
        var configuration = new CloudFrontConfiguration
        {
            BaseUrl = options.Url("baseurl"),
            PrivateKey = options.Text("privatekey") ?? "",
            KeyPairId = options.Text("keypairid") ?? "",
            Duration = options.Duration("duration", defaults.Duration),
            IpFilteredBy = options.Choice("ipfilteredby", defaults.IpFilteredBy, Filters),
            AwsRegions = options.Text("awsregion")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
            UpdateFrequency = options.Duration("updatefrequency", options.Duration("updatefrenquency", defaults.UpdateFrequency)),
            IpRangesUrl = options.Url("iprangesurl") ?? defaults.IpRangesUrl,
        };
        if (configuration.IpFilteredBy is CloudFrontFilter.AwsRegion)
        {
            options.RequireAll("awsregion");
        }

        return configuration;
    }
}

/// <summary>A client is sent to another address with the blob's path.</summary>
/// <param name="BaseUrl">That address; null when it is missing or wrong.</param>
public sealed record RedirectMiddlewareConfiguration(Uri? BaseUrl) : StorageMiddlewareConfiguration;

/// <summary>Changes the address to which the driver sends a client.</summary>
/// <param name="Scheme"><c>http</c> or <c>https</c>; null: as it is.</param>
/// <param name="Host">Null: as it is.</param>
/// <param name="TrimPathPrefix">The beginning of the path that goes; null for none.</param>
public sealed record RewriteMiddlewareConfiguration(string? Scheme, string? Host, string? TrimPathPrefix)
    : StorageMiddlewareConfiguration;
