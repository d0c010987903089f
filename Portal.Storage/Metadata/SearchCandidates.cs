using System.ComponentModel.DataAnnotations.Schema;

namespace Portal.Storage.Metadata;

/// <summary>A row that may be a hit of <see cref="CatalogSearch"/>, from the model's tables or from a query in SQL.</summary>
internal abstract class SearchCandidate
{
    public required string Repository { get; init; }

    public required string Digest { get; init; }

    /// <summary>What the model's tables give.</summary>
    [NotMapped]
    public DateTimeOffset? Pushed { get; init; }

    /// <summary>What a query in SQL gives, which knows nothing of the model.</summary>
    public long Ticks { get; init; }

    public DateTimeOffset PushedAt => Pushed ?? new DateTimeOffset(Ticks, TimeSpan.Zero);
}

internal sealed class TagCandidate : SearchCandidate
{
    public required string Name { get; init; }
}

internal sealed class ManifestCandidate : SearchCandidate
{
    public ArtifactKind Kind { get; init; }

    public string Lines { get; init; } = string.Empty;
}
