using System.Buffers;

namespace Portal.Registry.Configuration;

/// <summary>An entry of <c>portal.registries</c>: a registry elsewhere that the pages show.</summary>
public sealed record RemoteRegistryConfiguration
{
    private const int LongestName = 100;

    // What stands in an address as it is.
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-:");

    /// <summary>By which the pages know it; the address's host and port unless set.</summary>
    public string Name { get; init; } = "";

    /// <summary>Where it is, without <c>/v2/</c> and with a slash at its end; null when it is missing or wrong.</summary>
    public Uri? Url { get; init; }

    /// <summary>Who signs in there; null: nobody.</summary>
    public string? UserName { get; init; }

    /// <summary>The password, or a token that stands in its place.</summary>
    public Secret? Password { get; init; }

    /// <summary>Whether nothing may be deleted there.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Name and address alone.</summary>
    public override string ToString() => $"{Name} {Url}";

    /// <summary>Reads all of them; no two have the same name.</summary>
    internal static IReadOnlyList<RemoteRegistryConfiguration> ReadAll(SectionReader portal)
    {
        var registries = new List<RemoteRegistryConfiguration>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in portal.Sections("registries"))
        {
            var registry = Read(entry);
            registries.Add(registry);
            if (registry.Name.Length > 0 && !names.Add(registry.Name))
            {
                entry.Error("name", SettingProblem.RegistryTwice, $"\"{ConfigurationProblems.Cut(registry.Name)}\" is the name of another entry; write another one");
            }
        }

        if (registries.Count == 0)
        {
            return [];
        }

        return registries;
    }

    private static RemoteRegistryConfiguration Read(SectionReader entry)
    {
        var url = entry.Url("url", "https://registry.example.com");
        if (url is { UserInfo.Length: > 0 })
        {
            entry.Error("url", SettingProblem.NameInAddress, $"holds a name or password; write them as username and password");
        }
        else if (url is { Query.Length: > 0 } or { Fragment.Length: > 0 })
        {
            entry.Error("url", SettingProblem.MoreThanAddress, $"holds more than an address; write for example \"https://registry.example.com\"");
        }

        var name = entry.Text("name") ?? url?.Authority ?? "";
        if (name.AsSpan().ContainsAnyExcept(NameCharacters) || name.Length > LongestName || name is "." or "..")
        {
            entry.Error("name", SettingProblem.RegistrysName, $"\"{ConfigurationProblems.Cut(name)}\" stands in addresses: write up to {LongestName} letters, digits, dots, colons, hyphens and underscores");
        }

        if (entry.Text("password") is not null && entry.Text("username") is null)
        {
            entry.Error("username", SettingProblem.PasswordWithoutName, $"is missing, and there is a password");
        }

        return new RemoteRegistryConfiguration
        {
            Name = name,
            Url = url is null ? null : BaseOf(url),
            UserName = entry.Text("username"),
            Password = entry.Secret("password"),
            ReadOnly = entry.Flag("readonly"),
        };
    }

    /// <summary>The address before <c>/v2/</c>: people write it with and without.</summary>
    private static Uri BaseOf(Uri url)
    {
        var path = url.AbsolutePath.TrimEnd('/');
        path = path.EndsWith("/v2", StringComparison.Ordinal) ? path[..^2] : $"{path}/";
        return new UriBuilder(url) { Path = path, UserName = "", Password = "", Query = "", Fragment = "" }.Uri;
    }
}
