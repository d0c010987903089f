namespace Portal.Registry.Configuration;

/// <summary>The <c>health</c> section: what is checked, and how often.</summary>
public sealed record HealthConfiguration
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Null unless it is enabled.</summary>
    public HealthCheckPace? StorageDriver { get; init; }

    public IReadOnlyList<FileCheckConfiguration> Files { get; init; } = [];

    public IReadOnlyList<HttpCheckConfiguration> Http { get; init; } = [];

    public IReadOnlyList<TcpCheckConfiguration> Tcp { get; init; } = [];

    internal static HealthConfiguration Read(SectionReader health)
    {
        var driver = health.Section("storagedriver");
        var pace = ReadPace(driver, threshold: 3);
        return new HealthConfiguration
        {
            StorageDriver = driver.Flag("enabled") ? pace : null,
            Files = [.. health.Sections("file").Select(file => new FileCheckConfiguration(file.Text("file") ?? "", ReadPace(file)))],
            Http = [.. health.Sections("http").Select(ReadHttp)],
            Tcp =
            [
                .. health.Sections("tcp").Select(tcp => new TcpCheckConfiguration(
                    tcp.Address("addr", "redis:6379"), tcp.Duration("timeout", Timeout), ReadPace(tcp))),
            ],
        };
    }

    private static HttpCheckConfiguration ReadHttp(SectionReader http) => new(
        http.Url("uri"),
        http.Headers("headers"),
        http.Integer("statuscode", 200, least: 100, most: 599),
        http.Duration("timeout", Timeout),
        ReadPace(http));

    private static HealthCheckPace ReadPace(SectionReader check, int threshold = 1) => new(
        check.Duration("interval", Interval, TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)),
        check.Integer("threshold", threshold, least: 1));
}

/// <summary>How often something is checked.</summary>
/// <param name="Interval">The time between two checks, from a second to a day.</param>
/// <param name="Threshold">Failures in a row before it counts.</param>
public sealed record HealthCheckPace(TimeSpan Interval, int Threshold);

/// <summary>Fails while the file exists.</summary>
public sealed record FileCheckConfiguration(string File, HealthCheckPace Pace);

/// <summary>Fails while the address does not answer with the status.</summary>
/// <param name="Uri">Null when it is missing or wrong.</param>
/// <param name="Headers">Of each request; often with a secret, so that they are not to be shown.</param>
/// <param name="StatusCode">The status that is healthy.</param>
/// <param name="Timeout">How long an answer may take.</param>
/// <param name="Pace">How often.</param>
public sealed record HttpCheckConfiguration(
    Uri? Uri, IReadOnlyDictionary<string, IReadOnlyList<string>> Headers, int StatusCode, TimeSpan Timeout, HealthCheckPace Pace)
{
    /// <summary>The address alone, which may hold a secret as headers may.</summary>
    public override string ToString() => Secret.MaskAddress($"{Uri}");
}

/// <summary>Fails while nothing accepts a connection.</summary>
/// <param name="Address">Null when it is missing or wrong.</param>
/// <param name="Timeout">How long connecting may take.</param>
/// <param name="Pace">How often.</param>
public sealed record TcpCheckConfiguration(ListenAddress? Address, TimeSpan Timeout, HealthCheckPace Pace);
