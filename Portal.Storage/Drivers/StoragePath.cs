using System.Buffers;

namespace Portal.Storage.Drivers;

/// <summary>
/// A place in a storage driver: absolute, <c>/</c>-separated, components of <c>[A-Za-z0-9._-]</c>. A value cannot
/// climb out of the root, since no component is empty, <c>.</c> or <c>..</c>.
/// </summary>
public readonly record struct StoragePath
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    private readonly string? _text;

    private StoragePath(string text)
    {
        _text = text;
    }

    /// <summary>The root of the store: <c>/</c>.</summary>
    public static StoragePath Root => default;

    /// <summary>The last component; empty for the root.</summary>
    public string Name => Text[(Text.LastIndexOf('/') + 1)..];

    /// <summary>The folder that holds it; the root's is the root.</summary>
    public StoragePath Parent => Text.LastIndexOf('/') is > 0 and var end ? new StoragePath(Text[..end]) : default;

    private string Text => _text ?? string.Empty;

    /// <param name="text">The whole path, from its leading slash on.</param>
    /// <exception cref="ArgumentException">A component is empty, climbs, or has a character outside the grammar.</exception>
    public static StoragePath Parse(string text)
    {
        if (!text.StartsWith('/'))
        {
            throw new ArgumentException($"'{text}' is not a storage path: it begins with a slash", nameof(text));
        }

        Check(text.AsSpan(1));
        return new StoragePath(text);
    }

    /// <param name="relative">One or more components joined by <c>/</c>.</param>
    /// <exception cref="ArgumentException">A component is empty, climbs, or has a character outside the grammar.</exception>
    public static StoragePath operator /(StoragePath folder, string relative)
    {
        Check(relative);
        return new StoragePath($"{folder.Text}/{relative}");
    }

    /// <summary>The path below a driver's root, without the leading slash; empty for the root.</summary>
    public string ToRelative()
    {
        return Text.Length == 0 ? string.Empty : Text[1..];
    }

    public override string ToString()
    {
        return Text.Length == 0 ? "/" : Text;
    }

    /// <summary>Whether a path can have a component of this name.</summary>
    public static bool IsComponent(ReadOnlySpan<char> name) => !name.IsEmpty && name is not ("." or "..") && !name.ContainsAnyExcept(Allowed);

    private static void Check(ReadOnlySpan<char> relative)
    {
        foreach (var range in relative.Split('/'))
        {
            if (!IsComponent(relative[range]))
            {
                throw new ArgumentException($"'{relative}' is not a storage path: components are of A-Z a-z 0-9 . _ - and never . or ..");
            }
        }
    }
}
