using Portal.Storage.Oci;

namespace Portal.Registry.Deletion;

/// <summary>
/// What a deletion took away, for <see cref="DeletionUndo"/>. Only what was really deleted gets in, so that nobody brings a manifest into
/// a repository that it never was in.
/// </summary>
public sealed class DeletedContent(RepositoryName name)
{
    /// <summary>Tags and manifests that are remembered; a larger deletion cannot be undone.</summary>
    public const int MaxEntries = 20_000;

    private const int CharactersPerEntry = 64;

    private readonly List<Digest> _manifests = [];
    private readonly List<(Tag Tag, Digest Digest)> _tags = [];

    public RepositoryName Name { get; } = name;

    /// <summary>Whether there is something to bring back, and all of it is remembered.</summary>
    public bool CanReturn => _manifests.Count + _tags.Count <= MaxEntries && Weight > 0;

    /// <summary>Whether a description was all there was.</summary>
    public bool IsDescriptionAlone => _manifests.Count + _tags.Count == 0 && Description is { Length: > 0 };

    /// <summary>What remembering it costs, in tags and manifests: a description counts by its length.</summary>
    internal int Weight => _manifests.Count + _tags.Count + (((Description?.Length ?? 0) + CharactersPerEntry - 1) / CharactersPerEntry);

    /// <summary>How many manifests are remembered.</summary>
    public int ManifestCount => _manifests.Count;

    /// <summary>How many tags are remembered.</summary>
    public int TagCount => _tags.Count;

    internal IReadOnlyList<Digest> Manifests => _manifests;

    internal IReadOnlyList<(Tag Tag, Digest Digest)> Tags => _tags;

    /// <summary>The description of a repository; null when there was none.</summary>
    internal string? Description { get; set; }

    /// <param name="tags">Those that went with it.</param>
    internal void Add(Digest manifest, IEnumerable<Tag> tags)
    {
        if (_manifests.Count + _tags.Count <= MaxEntries)
        {
            _manifests.Add(manifest);
        }

        foreach (var tag in tags)
        {
            Add(tag, manifest);
        }
    }

    internal void Add(Tag tag, Digest digest)
    {
        if (_manifests.Count + _tags.Count <= MaxEntries)
        {
            _tags.Add((tag, digest));
        }
    }
}
