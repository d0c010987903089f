namespace Portal.Registry.Configuration.Keys;

/// <summary>
/// Every key of the format, described once: upstream's 2.8 and 3, and ours under <c>portal</c>. What a person is told
/// (help, documentation, what is refused as not supported yet) comes from here.
/// </summary>
public static class ConfigurationKeys
{
    /// <summary>The top of the file.</summary>
    public static ConfigurationKey Root { get; } = Key.Section("", "",
    [
        Key.Text("version", "The version of this format, which is always 0.1.").Required("0.1"),
        LogKeys.Log,
        LogKeys.LogLevel,
        StorageKeys.Storage,
        AuthKeys.Auth,
        MiddlewareKeys.Middleware,
        ReportingKeys.Reporting,
        HttpKeys.Http,
        NotificationKeys.Notifications,
        RedisKeys.Redis,
        HealthKeys.Health,
        ProxyKeys.Proxy,
        ValidationKeys.Compatibility,
        ValidationKeys.Validation,
        ValidationKeys.Policy,
        ValidationKeys.Catalog,
        PortalKeys.Portal,
    ]).Root();

    /// <summary>Every key and section, in the order of the sections; the root and the entries of lists are not among them.</summary>
    public static IReadOnlyList<ConfigurationKey> All { get; } =
        [.. Root.Walk().Where(key => key.Name.Length > 0 && key.Name != "[]")];

    /// <summary>The key at a path; an index counts as any other: <c>log.hooks[0].type</c> finds <c>log.hooks[].type</c>.</summary>
    /// <param name="path">Names between dots; empty for the root.</param>
    /// <returns>Null when the format has no such key.</returns>
    public static ConfigurationKey? Find(string path)
    {
        var key = Root;
        foreach (var segment in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = segment.Split('[')[0];
            key = key?.Child(name);
            for (var depth = segment.AsSpan(name.Length).Count('['); depth > 0; depth--)
            {
                key = key?.Item;
            }
        }

        return key;
    }
}
