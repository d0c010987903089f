namespace Portal.Registry.Descriptions;

/// <summary>
/// What an image says of itself in <c>org.opencontainers.image.*</c> (OCI image 1.1, "Pre-Defined Annotation Keys"). It is
/// untrusted text, cut to a length that a page can show.
/// </summary>
public sealed record ImageFacts
{
    private const string Prefix = "org.opencontainers.image.";
    private const int LongestFact = 500;
    private const int LongestDescription = 16 * 1024;

    /// <summary>Nothing.</summary>
    public static ImageFacts None { get; } = new();

    public string? Title { get; init; }

    public string? Description { get; init; }

    public string? Version { get; init; }

    public string? Vendor { get; init; }

    public string? Licenses { get; init; }

    /// <summary>Meant as addresses; what they are, whoever makes a link of them has to look at.</summary>
    public string? Documentation { get; init; }

    public string? Source { get; init; }

    public string? Url { get; init; }

    /// <summary>What several say, the first one first.</summary>
    internal static ImageFacts Of(IReadOnlyList<IReadOnlyDictionary<string, string>?> sources)
    {
        return new ImageFacts
        {
            Title = Find("title", LongestFact),
            Description = Find("description", LongestDescription),
            Version = Find("version", LongestFact),
            Vendor = Find("vendor", LongestFact),
            Licenses = Find("licenses", LongestFact),
            Documentation = Find("documentation", LongestFact),
            Source = Find("source", LongestFact),
            Url = Find("url", LongestFact),
        };

        string? Find(string key, int longest)
        {
            var text = sources.Select(source => source?.GetValueOrDefault(Prefix + key)).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value))?.Trim();
            return text is null || text.Length <= longest ? text : string.Concat(text.AsSpan(0, longest), "…");
        }
    }
}
