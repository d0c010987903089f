namespace Portal.Registry.Configuration;

/// <summary>The <c>catalog</c> section.</summary>
public sealed record CatalogConfiguration
{
    /// <summary>The most names in one answer of <c>/v2/_catalog</c>; 1000 unless set.</summary>
    public int MaxEntries { get; init; } = 1000;

    internal static CatalogConfiguration Read(SectionReader catalog) => new()
    {
        MaxEntries = catalog.Integer("maxentries", new CatalogConfiguration().MaxEntries, least: 1),
    };
}
