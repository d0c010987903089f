using Portal.Registry.Configuration.Editing;
using Portal.Registry.Configuration.Keys;
using Portal.Web.Words;

namespace Portal.Web.Components.Settings;

/// <summary>Something that may be written in the editor, for its script.</summary>
/// <param name="Detail">The type of a key; of a value, whether it is the default.</param>
public sealed record EditorSuggestion(string Label, string Insert, string Detail, string Info);

/// <summary>Keys of the configuration in words. The catalogue of keys has the English ones.</summary>
internal static class KeyText
{
    private static readonly ServiceWords Words = new("KeyWords");

    public static string EffectOf(ConfigurationKey key) => Words.Find(key.Path) ?? key.Effect;

    /// <summary>What counts without the key, where no text stands for it; null where one does, or nothing counts.</summary>
    public static string? DefaultOf(ConfigurationKey key) => key.DefaultInWords is { } words ? Words.Find($"{key.Path}:default") ?? words : null;

    /// <summary>The type of a key in a word or two.</summary>
    public static string TypeOf(ConfigurationKey key) => key.Type switch
    {
        KeyType.Section => SettingsWords.TypeSection,
        KeyType.Flag => SettingsWords.TypeFlag,
        KeyType.Number => SettingsWords.TypeNumber,
        KeyType.Bytes => SettingsWords.TypeSize,
        KeyType.Duration => SettingsWords.TypeDuration,
        KeyType.Choice => string.Join(", ", key.Choices),
        KeyType.Address => "host:port",
        KeyType.Url => SettingsWords.TypeUrl,
        KeyType.Path => SettingsWords.TypePath,
        KeyType.Pattern => SettingsWords.TypePattern,
        KeyType.Network => SettingsWords.TypeNetwork,
        KeyType.Map => SettingsWords.TypeMap,
        KeyType.Headers => SettingsWords.TypeHeaders,
        KeyType.List when key.Item is { } item => item.Type is KeyType.Section ? SettingsWords.TypeSections : SettingsWords.TypeListOf.With(TypeOf(item)),
        _ => SettingsWords.TypeText,
    };

    public static EditorSuggestion Of(KeySuggestion suggestion) => new(
        suggestion.Label,
        suggestion.Insert,
        !suggestion.IsValue ? TypeOf(suggestion.Key) : suggestion.Label == suggestion.Key.Default ? SettingsWords.IsDefault : "",
        EffectOf(suggestion.Key));
}
