using System.Globalization;
using System.Text;

namespace Portal.Registry.Configuration.Keys;

/// <summary>The catalogue as a document: a table for each section of the file.</summary>
public static class KeyTable
{
    private const string Head = """
        # Configuration

        Every key of `config.yml`, made from the catalogue in `Portal.Registry/Configuration/Keys`. Do not edit it by hand:

        ```console
        dotnet run --project Portal.Web -c Release -- config keys >docs/configuration.md
        ```

        - **Type.** Durations are Go's: `300ms`, `10s`, `1h30m`; a bare number is nanoseconds. Sizes are bytes, or `K`, `M`, `G` with or without `B` or `iB`, always powers of 1024. `[]` in a path stands for each entry of a list, `headers` is a map of names to lists of values.
        - **Change.** *live*: a change can count at once; *restart*: it takes a restart.
        - **Here.** *yes*: this version does it; *not yet*: it is read and checked, and the start is refused when it asks for something; *no effect*: there is nothing here that it could change, and a warning says so.
        - A variable sets a key: `REGISTRY_`, then the path in capitals, joined by `_`, an index for an entry of a list. For a *secret* the same name with `_FILE` behind it names a file that holds the value.

        """;

    /// <summary>The document, with <c>\n</c> at the end of each line.</summary>
    public static string Markdown()
    {
        var text = new StringBuilder(Head.ReplaceLineEndings("\n"));
        foreach (var section in ConfigurationKeys.Root.Children)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## `{section.Name}`\n\n");
            text.Append(section.Children.Count > 0 ? $"{section.Effect}\n\n" : "");
            text.Append("| key | type | default | effect | change | here |\n|---|---|---|---|---|---|\n");
            foreach (var key in section.Walk().Where(key => key.Name != "[]" && (key != section || key.Children.Count == 0)))
            {
                text.Append(Row(key));
            }
        }

        return text.ToString();
    }

    private static string Row(ConfigurationKey key)
    {
        var change = key.IsLive ? "live" : "restart";
        var here = key switch
        {
            { WhyNoEffect: not null } => "no effect",
            { IsSupported: true, Item: not { IsSupported: false } } => "yes",
            _ => "not yet",
        };
        return $"| `{key.Path}` | {Type(key)}{(key.IsSecret ? ", secret" : "")} | {Default(key)} | {Effect(key)} | {change} | {here} |\n";
    }

    private static string Type(ConfigurationKey key) => key.Type switch
    {
        KeyType.Choice => string.Join(", ", key.Choices.Select(choice => $"`{choice}`")),
        KeyType.List => $"list of {(key.Item!.Type is KeyType.Choice ? Type(key.Item) : $"{Word(key.Item.Type)}s")}",
        var type => Word(type),
    };

    private static string Word(KeyType type) => type switch
    {
        KeyType.Bytes => "size",
        KeyType.Address => "host:port",
        KeyType.Pattern => "regular expression",
        _ => type.ToString().ToLowerInvariant(),
    };

    private static string Default(ConfigurationKey key) => key switch
    {
        { Default: { } text } => $"`{text}`",
        { DefaultInWords: { } words } => words,
        { IsRequired: true } => "required",
        _ => "",
    };

    private static string Effect(ConfigurationKey key) =>
        (key.ReplacedBy is { } name ? $"{key.Effect} Write `{name}`." : key.Effect).Replace("|", "\\|");
}
