using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Portal.Registry.Configuration;

/// <summary>Which manifests of an index have to be there when it is pushed.</summary>
public enum IndexPlatforms
{
    /// <summary>Each of them.</summary>
    All,

    /// <summary>Those of <see cref="ValidationConfiguration.PlatformList"/>.</summary>
    List,

    /// <summary>None: what an index names may come later, or never.</summary>
    None,
}

/// <summary>What an image of an index runs on, as <c>platformlist</c> names it.</summary>
public sealed record IndexPlatform(string Os, string Architecture);

/// <summary>The <c>validation</c> section: what a pushed manifest may hold.</summary>
public sealed record ValidationConfiguration
{
    private static readonly Dictionary<string, IndexPlatforms> Words = new(StringComparer.Ordinal)
    {
        ["all"] = IndexPlatforms.All,
        ["none"] = IndexPlatforms.None,
        ["list"] = IndexPlatforms.List,
    };

    /// <summary>A layer's address has to match one of these; null for any address.</summary>
    public IReadOnlyList<Regex>? AllowedUrls { get; init; }

    /// <summary>A layer's address may match none of these.</summary>
    public IReadOnlyList<Regex> DeniedUrls { get; init; } = [];

    /// <summary>All unless set.</summary>
    public IndexPlatforms Indexes { get; init; }

    /// <summary>Counts when <see cref="Indexes"/> is <see cref="IndexPlatforms.List"/>.</summary>
    public IReadOnlyList<IndexPlatform> PlatformList { get; init; } = [];

    internal static ValidationConfiguration Read(SectionReader validation)
    {
        // 1. Every key, so that a mistake in a section that is off is told too.
        var (enabled, disabled) = (validation.Flag("enabled"), validation.Flag("disabled"));
        var manifests = validation.Section("manifests");
        var urls = manifests.Section("urls");
        var indexes = manifests.Section("indexes");
        var (allow, deny) = (ReadPatterns(urls, "allow"), ReadPatterns(urls, "deny"));
        var platforms = indexes.Choice("platforms", IndexPlatforms.All, Words);
        var list = ReadPlatforms(indexes);

        // 2. The switch: "enabled" is upstream's older word and wins where both are written.
        if (disabled && !enabled)
        {
            return new ValidationConfiguration { Indexes = IndexPlatforms.None };
        }

        if (platforms is IndexPlatforms.List && !indexes.Has("platformlist"))
        {
            indexes.Error("platforms", SettingProblem.NoPlatform, $"names no platform; write below it for example \"platformlist: [{{os: linux, architecture: amd64}}]\"");
        }
        else if (platforms is not IndexPlatforms.List && list.Count > 0)
        {
            indexes.Warning("platformlist", SettingProblem.PlatformsAreNoList, $"has no effect; write \"platforms: list\" beside it");
        }

        // 3. Upstream allows no address at all where neither list is set; here somebody has to ask for it.
        var isNothingAllowed = enabled && allow.Count == 0 && deny.Count == 0;
        return new ValidationConfiguration
        {
            AllowedUrls = allow.Count > 0 || isNothingAllowed ? allow : null,
            DeniedUrls = deny,
            Indexes = platforms,
            PlatformList = list,
        };
    }

    private static List<Regex> ReadPatterns(SectionReader urls, string key)
    {
        var patterns = new List<Regex>();
        foreach (var text in urls.List(key, (string text, [MaybeNullWhen(false)] out string value) => (value = text) is not null, Expected.Text) ?? [])
        {
            if (GoRegex.TryParse(text, out var pattern, out var reason))
            {
                patterns.Add(pattern);
            }
            else
            {
                urls.Error(key, SettingProblem.NoRegex, $"\"{ConfigurationProblems.Cut(text)}\" cannot be used as a regular expression: {reason}");
            }
        }

        return patterns;
    }

    private static List<IndexPlatform> ReadPlatforms(SectionReader indexes)
    {
        var platforms = new List<IndexPlatform>();
        foreach (var platform in indexes.Sections("platformlist"))
        {
            platforms.Add(new IndexPlatform(Require(platform, "os", "linux"), Require(platform, "architecture", "amd64")));
        }

        return platforms;
    }

    private static string Require(SectionReader platform, string key, string example)
    {
        if (platform.Text(key) is { } text)
        {
            return text;
        }

        platform.Missing(key, example);
        return string.Empty;
    }
}
