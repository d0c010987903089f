namespace Portal.Web.Api;

/// <summary>A part of an address that a client chooses.</summary>
public sealed record ApiParameter(string Name, string Description, string Example)
{
    /// <summary>How many rows of a list come when nothing else is said.</summary>
    public const int UsualLimit = 100;

    /// <summary>How many rows of a list come at the most.</summary>
    public const int GreatestLimit = 1000;

    /// <summary>As JSON Schema calls it.</summary>
    public string Type { get; init; } = "string";

    /// <summary>As JSON Schema calls it; null for any text.</summary>
    public string? Format { get; init; }

    /// <summary>All that it may be; empty for no such list.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>What counts when it is not given; null for nothing.</summary>
    public string? Default { get; init; }

    /// <summary>It must be given.</summary>
    public bool IsRequired { get; init; }

    public static ApiParameter Search { get; } = new("q", "A part of what is looked for, whatever its case", "app");

    public static ApiParameter Limit { get; } = new("limit", $"How many rows come at the most, 1 to {GreatestLimit}", "10")
    {
        Type = "integer",
        Default = $"{UsualLimit}",
    };

    public static ApiParameter Next { get; } = new("next", "Where the list goes on: as the answer before said in its field next. It means nothing by itself", "");

    public static ApiParameter Descending { get; } = new("descending", "The greatest first", "true") { Type = "boolean" };

    public static ApiParameter From { get; } = new("from", "The first moment, as 2026-03-01T12:00:00Z, or the first day in UTC, as 2026-03-01", "2026-03-01");

    public static ApiParameter Until { get; } = new("until", "The moment before which it was, or the last day in UTC", "2099-12-31");

    /// <summary>One of an enum's values, as the API writes them.</summary>
    public static ApiParameter Choice<T>(string name, string description, T? usual = null)
        where T : struct, Enum
    {
        string[] choices = [.. Enum.GetNames<T>().Select(ApiJson.NameOf)];
        return new ApiParameter(name, description, choices[0]) { Choices = choices, Default = usual is { } value ? ApiJson.NameOf($"{value}") : null };
    }

    /// <summary>A parameter of a path by its name, which means the same everywhere.</summary>
    public static ApiParameter InPath(string name) => name switch
    {
        "name" => new ApiParameter(name, "A repository's name, slashes as they are", "team/app"),
        "tag" => new ApiParameter(name, "A tag of the repository", "1.0"),
        "digest" => new ApiParameter(name, "A manifest's digest", "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        "user" => new ApiParameter(name, "A user's name", "robot-7"),
        "blob" => new ApiParameter(name, "The digest of a blob: a layer, a config, a document that is attached to an image", "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        "registry" => new ApiParameter(name, "The name of a registry of portal.registries", "elsewhere"),
        "remote" => new ApiParameter(name, "A repository's name there, slashes as they are", "team/app"),
        "webhook" => new ApiParameter(name, "The name of an endpoint of notifications.endpoints, a slash in it as %2F", "hook"),
        _ => new ApiParameter(name, "The number of it, as the list tells it", "1") { Type = "integer" },
    } with
    {
        IsRequired = true,
    };
}
