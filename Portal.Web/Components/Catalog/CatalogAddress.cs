using System.Globalization;
using Portal.Storage.Metadata;

namespace Portal.Web.Components.Catalog;

/// <summary>What the catalog shows, as its address says it. What cannot be meant is passed over.</summary>
/// <param name="IsTree">Whether it is the tree of namespaces, or a flat list.</param>
public sealed record CatalogAddress(RepositoryQuery Query, bool IsTree)
{
    /// <summary>Reads the parameters of an address, which anyone can write.</summary>
    public static CatalogAddress Parse(IReadOnlyDictionary<string, string?> parameters)
    {
        var query = new RepositoryQuery { Take = Pages.PageAddress.Take(Text("size")) };
        query = query with
        {
            Search = Text("q"),
            In = Text("in"),
            Platform = Text("platform"),
            Kind = Text("kind") is { } kind && !int.TryParse(kind, out _) && Enum.TryParse<ArtifactKind>(kind, ignoreCase: true, out var known) ? known : null,
            MinSize = Bytes("min"),
            MaxSize = Bytes("max"),
            PushedFrom = Start(AuditFilter.ParseDay(Text("from"))),
            PushedBefore = Start(AuditFilter.ParseDay(Text("until"))?.AddDays(1)),
            Pulled = PullAge.Parse(Text("pulled")),
            HasUnsigned = Text("unsigned") == "true",
            HasUntagged = Text("untagged") == "true",
            Sort = PortalUrls.ParseSort(Text("sort"), RepositorySort.Name),
            Descending = Text("desc") == "true",
            Skip = Pages.PageAddress.Skip(int.TryParse(Text("page"), out var page) ? page : null, query.Take),
        };
        return new CatalogAddress(query, Text("view") switch
        {
            "tree" => true,
            "list" => false,
            _ => query.In is not null,
        });

        string? Text(string key) => parameters.GetValueOrDefault(key) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
        long? Bytes(string key) =>
            long.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null;
    }

    /// <summary>The address that says so.</summary>
    public override string ToString() => PortalUrls.Catalog(Query, IsTree);

    private static DateTimeOffset? Start(DateOnly? day) => day is { } value ? new DateTimeOffset(value, TimeOnly.MinValue, TimeSpan.Zero) : null;
}
