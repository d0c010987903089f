using System.Globalization;
using Portal.Registry.Configuration.Keys;

namespace Portal.Web.Components.Settings;

/// <summary>A key of the catalogue at one place of a text: in which entries of lists, for a key that lies in some.</summary>
/// <param name="Key">The key; that of a list's entries for one of them.</param>
/// <param name="Path">Names, and indices of lists.</param>
public sealed record FormPlace(ConfigurationKey Key, IReadOnlyList<string> Path)
{
    /// <summary>The whole text.</summary>
    public static FormPlace Root { get; } = new(ConfigurationKeys.Root, []);

    /// <summary>As a person reads it: <c>log.hooks[0].type</c>.</summary>
    public string Name { get; private init; } = "";

    /// <summary>Of the element that shows it.</summary>
    public string Id => $"field-{string.Join('-', Path)}";

    public FormPlace Below(ConfigurationKey key) => new(key, [.. Path, key.Name]) { Name = Name.Length == 0 ? key.Name : $"{Name}.{key.Name}" };

    /// <summary>An entry of this list, which is one of sections.</summary>
    /// <param name="index">From 0.</param>
    public FormPlace Entry(int index) => new(Key.Item!, [.. Path, index.ToString(CultureInfo.InvariantCulture)])
    {
        Name = string.Create(CultureInfo.InvariantCulture, $"{Name}[{index}]"),
    };
}
