using Portal.Registry.Configuration.Keys;
using Portal.Registry.Notifications;
using Portal.Storage.Accounts;
using Portal.Storage.Reasons;

namespace Portal.Registry.Configuration;

/// <summary>The <c>portal.notifications</c> section: what upstream's notifications do not have.</summary>
public sealed record PortalNotificationsConfiguration
{
    /// <summary>How long deliveries that are over are kept; zero for ever. A week unless set.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Pulls that may wait for an endpoint; 100,000 unless set.</summary>
    public int MaxWaiting { get; init; } = 100_000;

    /// <summary>What is said of single endpoints; no two have the same name.</summary>
    public IReadOnlyList<WebhookConfiguration> Endpoints { get; init; } = [];

    /// <summary>What is said of an endpoint; the defaults when nothing is.</summary>
    /// <param name="endpoint">Its name.</param>
    public WebhookConfiguration Of(string endpoint) =>
        Endpoints.FirstOrDefault(entry => entry.Name == endpoint) ?? new WebhookConfiguration { Name = endpoint };

    /// <param name="section">Where it is written.</param>
    /// <param name="known">The endpoints that there are.</param>
    internal static PortalNotificationsConfiguration Read(SectionReader section, IReadOnlyList<NotificationEndpointConfiguration> known)
    {
        var defaults = new PortalNotificationsConfiguration();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var endpoints = new List<WebhookConfiguration>();
        foreach (var entry in section.Sections("endpoints"))
        {
            var endpoint = WebhookConfiguration.Read(entry);
            endpoints.Add(endpoint);
            if (endpoint.Name.Length > 0 && FindProblem(endpoint.Name, names, known) is { } problem)
            {
                entry.Error("name", problem);
            }
        }

        return new PortalNotificationsConfiguration
        {
            Retention = section.Duration("retention", defaults.Retention),
            MaxWaiting = section.Integer("maxwaiting", defaults.MaxWaiting, least: 1),
            Endpoints = endpoints.Count == 0 ? defaults.Endpoints : endpoints,
        };
    }

    private static Reason? FindProblem(string name, HashSet<string> names, IReadOnlyList<NotificationEndpointConfiguration> known)
    {
        if (!names.Add(name))
        {
            return new Reason(SettingProblem.EntryTwice, $"\"{ConfigurationProblems.Cut(name)}\" has an entry already; write it all there");
        }

        if (known.Any(endpoint => endpoint.Name == name))
        {
            return null;
        }

        var remedy = NearestName.Among(known.Select(endpoint => endpoint.Name).Where(other => other.Length > 0), name) is { } near
            ? new Reason(KeyProblem.DidYouMean, $"did you mean \"{ConfigurationProblems.Cut(near)}\"?")
            : new Reason(SettingProblem.NameAnEntry, $"write the name of an entry there, or remove this one");
        return new Reason(SettingProblem.NoSuchEndpoint, $"\"{ConfigurationProblems.Cut(name)}\" is the name of no entry of notifications.endpoints; {remedy}");
    }
}

/// <summary>An entry of <c>portal.notifications.endpoints</c>: what upstream does not have of an endpoint.</summary>
public sealed record WebhookConfiguration
{
    /// <summary>The endpoint's.</summary>
    public string Name { get; init; } = "";

    /// <summary>Signs each request; null for no signature.</summary>
    public Secret? Secret { get; init; }

    /// <summary>The form of the request's body.</summary>
    public PayloadFormat Format { get; init; }

    /// <summary>Of which events are sent; empty for all.</summary>
    public IReadOnlyList<RepositoryPattern> Repositories { get; init; } = [];

    /// <summary>Of which events are sent; empty for all, and for events without a tag.</summary>
    public IReadOnlyList<TagPattern> Tags { get; init; } = [];

    /// <summary>Failures after which an event is given up; zero for never.</summary>
    public int Attempts { get; init; }

    /// <summary>The formats by the words for them in the configuration.</summary>
    public static IReadOnlyDictionary<string, PayloadFormat> Formats { get; } =
        Enum.GetValues<PayloadFormat>().ToDictionary(format => $"{format}".ToLowerInvariant());

    /// <summary>Name and format alone.</summary>
    public override string ToString() => $"{Name} {Format}";

    internal static WebhookConfiguration Read(SectionReader entry) => new()
    {
        Name = entry.Text("name") ?? "",
        Secret = entry.Secret("secret"),
        Format = entry.Choice("format", PayloadFormat.Registry, Formats),
        Repositories = ReadPatterns<RepositoryPattern>(entry, "repositories", RepositoryPattern.TryParse),
        Tags = ReadPatterns<TagPattern>(entry, "tags", TagPattern.TryParse),
        Attempts = entry.Integer("attempts", 0, least: 0),
    };

    private delegate bool Parse<T>(string text, out T? pattern, out Reason? problem);

    private static List<T> ReadPatterns<T>(SectionReader entry, string key, Parse<T> parse)
    {
        var patterns = new List<T>();
        foreach (var text in entry.TextList(key))
        {
            if (parse(text, out var pattern, out var problem))
            {
                patterns.Add(pattern!);
            }
            else
            {
                entry.Error(key, SettingProblem.NoPattern, $"\"{ConfigurationProblems.Cut(text)}\": {problem}");
            }
        }

        return patterns;
    }
}
