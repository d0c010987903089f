using Portal.Storage.Oci;

namespace Portal.Storage.Maintenance;

/// <summary>
/// Which manifests of a repository lead to which: an index to those it lists, a subject to those that say something about
/// it. What nothing that stays leads to can go. It grows with a repository's manifests, and is never gone through anew.
/// </summary>
internal sealed class ManifestGraph
{
    private readonly DigestSet _known = new();
    private readonly HashSet<DigestKey> _staying = [];
    private readonly Dictionary<DigestKey, List<DigestKey>> _next = [];

    public IEnumerable<DigestKey> Known => _known.Keys;

    public bool Knows(Digest digest) => _known.Contains(digest);

    public bool Stays(Digest digest) => _staying.Contains(DigestKey.Of(digest));

    public void Add(Manifest manifest)
    {
        _known.Add(manifest.Digest);
        var key = DigestKey.Of(manifest.Digest);
        foreach (var child in manifest.Index?.Manifests ?? [])
        {
            Lead(key, DigestKey.Of(child.Digest));
        }

        if (manifest.Subject is { } subject)
        {
            Lead(DigestKey.Of(subject.Digest), key);
        }
    }

    /// <summary>It stays, and all that it leads to, whether that is known yet or not.</summary>
    public void Stay(DigestKey digest)
    {
        var open = new Stack<DigestKey>([digest]);
        while (open.TryPop(out var key))
        {
            if (_staying.Add(key) && _next.TryGetValue(key, out var next))
            {
                next.ForEach(open.Push);
            }
        }
    }

    /// <summary>What others lead to that do not stay: it goes after them, so that no index is there without what it lists.</summary>
    public HashSet<DigestKey> Led() =>
        [.. _next.Where(edges => !_staying.Contains(edges.Key) && _known.Contains(edges.Key)).SelectMany(edges => edges.Value)];

    private void Lead(DigestKey from, DigestKey to)
    {
        if (!_next.TryGetValue(from, out var next))
        {
            _next[from] = next = [];
        }

        next.Add(to);
        if (_staying.Contains(from))
        {
            Stay(to);
        }
    }
}
