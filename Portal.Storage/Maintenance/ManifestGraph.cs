using Portal.Storage.Oci;

namespace Portal.Storage.Maintenance;

/// <summary>
/// Which manifests of a repository lead to which: an index to those it lists, a subject to those that say something about
/// it. What nothing that stays leads to can go. It grows with a repository's indexes and referrers.
/// </summary>
internal sealed class ManifestGraph
{
    private readonly DigestSet _known = new();
    private readonly HashSet<DigestKey> _roots = [];
    private readonly List<(DigestKey From, DigestKey To)> _edges = [];

    public bool Knows(Digest digest) => _known.Contains(digest);

    /// <summary>Stays in any case.</summary>
    public void AddRoot(Digest digest) => _roots.Add(DigestKey.Of(digest));

    public void Add(Manifest manifest)
    {
        _known.Add(manifest.Digest);
        var key = DigestKey.Of(manifest.Digest);
        foreach (var child in manifest.Index?.Manifests ?? [])
        {
            _edges.Add((key, DigestKey.Of(child.Digest)));
        }

        if (manifest.Subject is { } subject)
        {
            _edges.Add((DigestKey.Of(subject.Digest), key));
        }
    }

    /// <param name="isLinked">Whether somebody came to a manifest lately, which makes it one that stays.</param>
    public HashSet<DigestKey> Staying(Func<DigestKey, bool> isLinked)
    {
        var next = _edges.ToLookup(edge => edge.From, edge => edge.To);
        var staying = new HashSet<DigestKey>(_roots);
        staying.UnionWith(_known.Keys.Where(isLinked));
        var open = new Stack<DigestKey>(staying);
        while (open.TryPop(out var key))
        {
            foreach (var to in next[key])
            {
                if (staying.Add(to))
                {
                    open.Push(to);
                }
            }
        }

        return staying;
    }

    /// <summary>What others lead to that do not stay: it goes after them, so that no index is there without what it lists.</summary>
    public HashSet<DigestKey> Led(HashSet<DigestKey> staying) =>
        [.. _edges.Where(edge => !staying.Contains(edge.From) && _known.Contains(edge.From)).Select(edge => edge.To)];
}
