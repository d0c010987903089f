namespace Portal.Registry.Configuration;

/// <summary>A key that the format has, whether or not this version gives it its effect.</summary>
internal sealed class KnownKey(string pattern)
{
    /// <summary>What lies in a free-form map: any name, at any depth.</summary>
    private static readonly KnownKey Any = new("*") { IsFreeForm = true };

    private readonly Dictionary<string, KnownKey> _children = new(StringComparer.Ordinal);

    /// <summary>The path with <c>[]</c> for each list, as <c>log.hooks[].type</c>; empty for the root.</summary>
    public string Pattern { get; } = pattern;

    /// <summary>Below it, names are the user's own.</summary>
    public bool IsFreeForm { get; private set; }

    /// <summary>What an entry of this list is; null when it is no list.</summary>
    public KnownKey? Item { get; private set; }

    public IEnumerable<string> Names => _children.Keys;

    public KnownKey? Child(string name) => _children.GetValueOrDefault(name) ?? (IsFreeForm ? Any : null);

    /// <summary>Adds a path below this key: names between dots, <c>[]</c> after a list, <c>*</c> for names of one's own.</summary>
    public void Add(string path)
    {
        var key = this;
        foreach (var segment in path.Split('.'))
        {
            key = key.Grow(segment);
        }
    }

    /// <summary>The known name that was probably meant; null when none is near.</summary>
    public string? Nearest(string name)
    {
        var nearest = Names.OrderBy(known => Distance(known, name)).ThenBy(known => known, StringComparer.Ordinal).FirstOrDefault();
        return nearest is not null && Distance(nearest, name) <= Math.Max(1, name.Length / 3) ? nearest : null;
    }

    private KnownKey Grow(string segment)
    {
        if (segment == "*")
        {
            IsFreeForm = true;
            return this;
        }

        var name = segment.TrimEnd('[', ']');
        var path = Pattern.Length == 0 ? name : $"{Pattern}.{name}";
        if (!_children.TryGetValue(name, out var child))
        {
            _children.Add(name, child = new KnownKey(path));
        }

        return segment.EndsWith("[]", StringComparison.Ordinal) ? child.Item ??= new KnownKey($"{path}[]") : child;
    }

    /// <summary>Letters to add, drop or change (Levenshtein), without case.</summary>
    private static int Distance(string known, string name)
    {
        var row = Enumerable.Range(0, known.Length + 1).ToArray();
        for (var i = 1; i <= name.Length; i++)
        {
            (var diagonal, row[0]) = (row[0], i);
            for (var j = 1; j <= known.Length; j++)
            {
                var change = diagonal + (char.ToLowerInvariant(name[i - 1]) == known[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[known.Length];
    }
}
