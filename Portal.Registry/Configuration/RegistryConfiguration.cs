using System.Diagnostics.CodeAnalysis;
using Portal.Registry.Configuration.Drivers;

namespace Portal.Registry.Configuration;

/// <summary>The whole configuration, read and checked. A change of it is a new tree.</summary>
public sealed record RegistryConfiguration
{
    /// <summary>The one version of the format that there is.</summary>
    public const string SupportedVersion = "0.1";

    /// <summary>What counts without a file: <c>:5000</c>, <c>:5080</c>, images in <c>./data</c>, deleting allowed.</summary>
    public static RegistryConfiguration Default { get; } = new()
    {
        Storage = new StorageConfiguration
        {
            Driver = new FileSystemDriverConfiguration { RootDirectory = "./data" },
            DeleteEnabled = true,
        },
    };

    /// <summary>The file format's version.</summary>
    public string Version { get; init; } = SupportedVersion;

    /// <summary>What is logged and how.</summary>
    public LogConfiguration Log { get; init; } = new();

    /// <summary>Where images lie.</summary>
    public StorageConfiguration Storage { get; init; } = new();

    /// <summary>Who may come in.</summary>
    public AuthConfiguration Auth { get; init; } = new();

    /// <summary>What stands in front of the storage.</summary>
    public IReadOnlyList<StorageMiddlewareConfiguration> StorageMiddleware { get; init; } = [];

    /// <summary>Services that are told of errors and figures.</summary>
    public ReportingConfiguration Reporting { get; init; } = new();

    /// <summary>The registry's listener.</summary>
    public HttpConfiguration Http { get; init; } = new();

    /// <summary>Who is told of pushes, pulls and deletes.</summary>
    public NotificationsConfiguration Notifications { get; init; } = new();

    /// <summary>The Redis servers; null for none.</summary>
    public RedisConfiguration? Redis { get; init; }

    /// <summary>Checks that take the registry out of service.</summary>
    public HealthConfiguration Health { get; init; } = new();

    /// <summary>The registry that this one mirrors; null: it is no mirror.</summary>
    public ProxyConfiguration? Proxy { get; init; }

    /// <summary>Limits of <c>/v2/_catalog</c>.</summary>
    public CatalogConfiguration Catalog { get; init; } = new();

    /// <summary>What a pushed manifest may hold.</summary>
    public ValidationConfiguration Validation { get; init; } = new();

    /// <summary><c>policy.repository.classes</c>: the kinds of content that may be pushed; empty for all.</summary>
    public IReadOnlyList<string> RepositoryClasses { get; init; } = [];

    /// <summary>Manifests of Docker's first format, for clients of before 2016.</summary>
    public Schema1Configuration Schema1 { get; init; } = new();

    /// <summary>What upstream does not have: the UI's listener and settings, and limits.</summary>
    public PortalConfiguration Portal { get; init; } = new();

    internal static RegistryConfiguration Read(SectionReader root)
    {
        var version = root.Text("version");
        if (version is not null && version != SupportedVersion)
        {
            root.Error("version", SettingProblem.OtherVersion, $"\"{ConfigurationProblems.Cut(version)}\" is not supported; write \"version: {SupportedVersion}\"");
        }

        var notifications = NotificationsConfiguration.Read(root.Section("notifications"));
        var configuration = new RegistryConfiguration
        {
            Log = LogConfiguration.Read(root),
            Storage = StorageConfiguration.Read(root.Section("storage")),
            Auth = AuthConfiguration.Read(root.Section("auth")),
            StorageMiddleware = StorageMiddlewareConfiguration.ReadAll(root.Section("middleware")),
            Reporting = ReportingConfiguration.Read(root.Section("reporting")),
            Http = HttpConfiguration.Read(root.Section("http")),
            Notifications = notifications,
            Redis = root.FilledSection("redis") is { } redis ? RedisConfiguration.Read(redis) : null,
            Health = HealthConfiguration.Read(root.Section("health")),
            Proxy = root.FilledSection("proxy") is { } proxy ? ProxyConfiguration.Read(proxy) : null,
            Catalog = CatalogConfiguration.Read(root.Section("catalog")),
            Validation = ValidationConfiguration.Read(root.Section("validation")),
            RepositoryClasses = ReadClasses(root.Section("policy").Section("repository")),
            Schema1 = Schema1Configuration.Read(root.Section("compatibility").Section("schema1")),
            Portal = PortalConfiguration.Read(root.Section("portal"), notifications.Endpoints),
        };
        if (configuration is { Portal.TokenServer: not null, Auth.Htpasswd: null })
        {
            root.Section("portal").Section("tokenserver").Error("enabled", SettingProblem.TokensForNobody, $"needs auth.htpasswd, whose users get the tokens; write it as well, or remove this");
        }

        var registry = configuration.Http.SocketPath is null ? configuration.Http.Addr : null;
        if (configuration.Portal.Addr is { } portal && registry is not null && portal.Collides(registry))
        {
            root.Error("portal", SettingProblem.PortalsPort, $"portal.addr and http.addr are both {portal}; give the portal a port of its own");
        }

        if (configuration.Http.Debug?.Addr is { } debug
            && (registry?.Collides(debug) is true || configuration.Portal.Addr?.Collides(debug) is true))
        {
            root.Error("http", SettingProblem.DebugPort, $"http.debug.addr is {debug}, where the registry or the portal listens; give it a port of its own");
        }

        if (configuration is { Portal: { Admin.Password: null, OpenId: null, Admin: not null }, Auth.Htpasswd: null })
        {
            root.Error("portal", SettingProblem.NoAdministratorsPassword, $"portal.admin.password is missing: without auth.htpasswd or portal.openid there is no other place that holds the administrator's");
        }

        CheckRedis(root, configuration);
        return configuration;
    }

    private static void CheckRedis(SectionReader root, RegistryConfiguration configuration)
    {
        switch (configuration.Redis, configuration.Storage.BlobDescriptorCache)
        {
            case (null, BlobDescriptorCache.Redis):
                var cache = root.Section("storage").Section("cache");
                cache.Error(
                    cache.Has("blobdescriptor") ? "blobdescriptor" : "layerinfo",
                    SettingProblem.NoRedis, $"redis needs the redis section; write for example \"redis: {{addrs: [redis:6379]}}\", or inmemory here");
                break;
            case (not null, not BlobDescriptorCache.Redis):
                root.Warning("redis", SettingProblem.RedisWithoutCache, $"has no effect without storage.cache; write storage.cache.blobdescriptor: redis, or remove it");
                break;
        }
    }

    private static IReadOnlyList<string> ReadClasses(SectionReader repository) => repository.List<string>(
        "classes",
        (string text, [MaybeNullWhen(false)] out string value) => (value = text) is ManifestRules.Image or ManifestRules.Plugin,
        Expected.OneOf([ManifestRules.Image, ManifestRules.Plugin])) ?? [];
}
