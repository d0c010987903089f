using System.Text;

namespace Portal.Registry.Configuration.Editing;

/// <summary>What a YAML text says, without how it says it: for comparing texts.</summary>
internal sealed class YamlTree : IEquatable<YamlTree>
{
    private static readonly YamlTree Nothing = new();

    private string? _value;
    private OrderedDictionary<string, YamlTree>? _entries;
    private List<YamlTree>? _items;

    public static YamlTree Of(string value) => new() { _value = value };

    public static YamlTree Of(IEnumerable<string> values) => Of(values.Select(Of));

    public static YamlTree Of(IEnumerable<YamlTree> items) => new() { _items = [.. items] };

    /// <summary>A section; keys without a value are there all the same.</summary>
    public static YamlTree Of(IEnumerable<(string Key, string? Value)> keys)
    {
        var map = new YamlTree { _entries = new(StringComparer.Ordinal) };
        foreach (var (key, value) in keys)
        {
            map._entries.Add(key, value is null ? Nothing : Of(value));
        }

        return map;
    }

    public static YamlTree Of(YamlPiece? piece)
    {
        switch (piece)
        {
            case null or { IsNull: true }:
                return Nothing;
            case { Kind: YamlKind.Alias }:
                return Of(piece.Target);
            case { Kind: YamlKind.List }:
                return new YamlTree { _items = [.. piece.Items.Select(Of)] };
            case { Kind: YamlKind.Map }:
                var map = new YamlTree { _entries = new(StringComparer.Ordinal) };
                foreach (var entry in piece.Entries)
                {
                    map._entries.TryAdd(entry.Key, Of(entry.Value));
                }

                return map;
            default:
                return Of(piece.Value);
        }
    }

    /// <summary>The same with one value changed; null takes it out.</summary>
    public YamlTree With(ReadOnlySpan<string> path, YamlTree? value)
    {
        if (path.IsEmpty)
        {
            return value ?? Nothing;
        }

        if (_items is not null && int.TryParse(path[0], out var index))
        {
            var list = new YamlTree { _items = [.. _items] };
            list.ChangeItem(index, path[1..], value);
            return list;
        }

        var map = new YamlTree { _entries = new(_entries ?? [], StringComparer.Ordinal) };
        if (path.Length == 1 && value is null)
        {
            map._entries.Remove(path[0]);
        }
        else
        {
            map._entries[path[0]] = map._entries.GetValueOrDefault(path[0], Nothing).With(path[1..], value);
        }

        return map;
    }

    public YamlTree With(IReadOnlyList<string> path, YamlTree? value) => With(path.ToArray().AsSpan(), value);

    public bool Equals(YamlTree? other) => other is not null && ToString() == other.ToString();

    public override bool Equals(object? obj) => Equals(obj as YamlTree);

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    public override string ToString()
    {
        var text = new StringBuilder();
        Write(text);
        return text.ToString();
    }

    private void ChangeItem(int index, ReadOnlySpan<string> path, YamlTree? value)
    {
        if (index == _items!.Count)
        {
            _items.Add(Nothing);
        }

        if (path.IsEmpty && value is null)
        {
            _items.RemoveAt(index);
        }
        else
        {
            _items[index] = _items[index].With(path, value);
        }
    }

    /// <summary>An empty section, an empty list and nothing are one to the loader, and so to this.</summary>
    private void Write(StringBuilder text)
    {
        if (_entries is { Count: > 0 })
        {
            text.Append('{');
            foreach (var (key, value) in _entries)
            {
                text.Append(YamlScalar.Quote(key)).Append(':');
                value.Write(text);
                text.Append(',');
            }

            text.Append('}');
        }
        else if (_items is { Count: > 0 })
        {
            text.Append('[');
            foreach (var item in _items)
            {
                item.Write(text);
                text.Append(',');
            }

            text.Append(']');
        }
        else
        {
            text.Append(_value is null ? "~" : YamlScalar.Quote(_value));
        }
    }
}
