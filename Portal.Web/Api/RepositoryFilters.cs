using Portal.Storage.Metadata;

namespace Portal.Web.Api;

/// <summary>What lists of repositories can be narrowed and sorted by.</summary>
internal static class RepositoryFilters
{
    private static readonly ApiParameter Pulled = new(
        "pulled", "By the last pull: 30d for within 30 days, not-30d for not within them, or never", "not-30d");

    public static IReadOnlyList<ApiParameter> All { get; } =
    [
        ApiParameter.Search,
        new ApiParameter("in", "Only below this namespace", "team"),
        new ApiParameter("platform", "Only those that hold something for this platform", "linux/amd64"),
        ApiParameter.Choice<ArtifactKind>("kind", "Only those that hold something of this kind"),
        new ApiParameter("minSize", "Bytes that they have at least", "1") { Type = "integer" },
        new ApiParameter("maxSize", "Bytes that they have at the most", "1000000000") { Type = "integer" },
        ApiParameter.From with { Name = "pushedFrom", Description = $"By the last push. {ApiParameter.From.Description}" },
        ApiParameter.Until with { Name = "pushedUntil", Description = $"By the last push. {ApiParameter.Until.Description}" },
        Pulled,
        new ApiParameter("unsigned", "Only those with a tag of something that one signs, whose manifest nobody signed", "true") { Type = "boolean" },
        new ApiParameter("untagged", "Only those with a manifest that nothing leads to", "true") { Type = "boolean" },
        ApiParameter.Choice<RepositorySort>("sort", "What the order is by", RepositorySort.Name),
        ApiParameter.Descending,
    ];

    /// <summary>For lists of tags.</summary>
    public static ApiParameter OfTags { get; } = Pulled with { Description = $"{Pulled.Description}; by name or by the digest that they have now" };

    public static RepositoryQuery Read(ApiRequest request) => new()
    {
        Search = request.Text("q"),
        In = request.Text("in"),
        Platform = request.Text("platform"),
        Kind = request.Choice<ArtifactKind>("kind"),
        MinSize = request.Bytes("minSize"),
        MaxSize = request.Bytes("maxSize"),
        PushedFrom = request.Moment("pushedFrom", isEnd: false),
        PushedBefore = request.Moment("pushedUntil", isEnd: true),
        Pulled = ReadPulled(request),
        HasUnsigned = request.Flag("unsigned") ?? false,
        HasUntagged = request.Flag("untagged") ?? false,
        Sort = request.Choice<RepositorySort>("sort") ?? RepositorySort.Name,
        Descending = request.Flag("descending") ?? false,
        Skip = request.Skip,
        Take = request.Limit,
    };

    /// <summary>How long ago the last pull was to be; null for no matter when.</summary>
    public static PullAge? ReadPulled(ApiRequest request) => request.Text("pulled") is not { } text ? null
        : PullAge.Parse(text) ?? throw new ApiException($"the parameter pulled is \"{text}\": it can be a number of days as 30d, not-30d, or never");
}
