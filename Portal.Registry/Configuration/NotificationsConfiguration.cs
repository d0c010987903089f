namespace Portal.Registry.Configuration;

/// <summary>The <c>notifications</c> section.</summary>
public sealed record NotificationsConfiguration
{
    /// <summary>An event lists what its manifest refers to.</summary>
    public bool IncludeReferences { get; init; }

    /// <summary>Where events go, disabled ones included; no two have the same name.</summary>
    public IReadOnlyList<NotificationEndpointConfiguration> Endpoints { get; init; } = [];

    internal static NotificationsConfiguration Read(SectionReader notifications)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var endpoints = new List<NotificationEndpointConfiguration>();
        foreach (var section in notifications.Sections("endpoints"))
        {
            var endpoint = NotificationEndpointConfiguration.Read(section);
            endpoints.Add(endpoint);
            if (endpoint.Name.Length > 0 && !names.Add(endpoint.Name))
            {
                section.Error("name", SettingProblem.EndpointTwice, $"\"{ConfigurationProblems.Cut(endpoint.Name)}\" is another endpoint's name; give each its own");
            }
        }

        return new NotificationsConfiguration
        {
            IncludeReferences = notifications.Section("events").Flag("includereferences"),
            Endpoints = endpoints,
        };
    }
}

/// <summary>An entry of <c>notifications.endpoints</c>.</summary>
public sealed record NotificationEndpointConfiguration
{
    public string Name { get; init; } = "";

    public bool Disabled { get; init; }

    /// <summary>Where events are posted; null when it is missing or wrong.</summary>
    public Uri? Url { get; init; }

    /// <summary>Of each request; often with a secret, so that they are not to be shown.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Headers { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Failures in a row before it backs off.</summary>
    public int Threshold { get; init; } = 10;

    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Media types of which no event is sent, by either of the two keys for them.</summary>
    public IReadOnlyList<string> IgnoredMediaTypes { get; init; } = [];

    /// <summary>Actions of which no event is sent.</summary>
    public IReadOnlyList<string> IgnoredActions { get; init; } = [];

    /// <summary>Name and address: headers may hold a secret, and so may the address.</summary>
    public override string ToString() => $"{Name} {Secret.MaskAddress($"{Url}")}";

    internal static NotificationEndpointConfiguration Read(SectionReader endpoint)
    {
        var defaults = new NotificationEndpointConfiguration();
        var ignore = endpoint.Section("ignore");
        return new NotificationEndpointConfiguration
        {
            Name = endpoint.Text("name") ?? "",
            Disabled = endpoint.Flag("disabled"),
            Url = endpoint.Url("url", "https://listener.example.com/events"),
            Headers = endpoint.Headers("headers"),
            Timeout = endpoint.Duration("timeout", defaults.Timeout),
            Threshold = endpoint.Integer("threshold", defaults.Threshold, least: 1),
            Backoff = endpoint.Duration("backoff", defaults.Backoff),
            IgnoredMediaTypes = [.. endpoint.TextList("ignoredmediatypes").Union(ignore.TextList("mediatypes"))],
            IgnoredActions = ignore.WordList("actions"),
        };
    }
}
