namespace Portal.Registry.Configuration;

/// <summary>The one storage driver that is named, with its parameters.</summary>
public abstract record DriverConfiguration
{
    internal static DriverConfiguration Read(SectionReader storage)
    {
        var named = storage.Written(ChoiceSections.Drivers);
        foreach (var (key, _) in named)
        {
            storage.Skip(key);
        }

        switch (named)
        {
            case []:
                storage.Error("", "names no driver; write for example \"filesystem: {rootdirectory: /var/lib/registry}\"");
                break;
            case [("filesystem", _)]:
                return FileSystemDriverConfiguration.Read(storage.Section("filesystem"));
            case [("inmemory", _)]:
                _ = storage.Section("inmemory");
                return new InMemoryDriverConfiguration();
            case [var (key, _)]:
                storage.Error(key, $"this version does not support the {key} driver yet; name filesystem or inmemory");
                break;
            default:
                var places = string.Join(", ", named.Select(driver => $"{driver.Key} ({driver.Origin})"));
                storage.Error(named[1].Key, $"{named.Count} drivers are named: {places}; keep exactly one");
                break;
        }

        return new FileSystemDriverConfiguration();
    }
}

/// <summary>Files below a directory, laid out as <c>registry:2</c> does.</summary>
public sealed record FileSystemDriverConfiguration : DriverConfiguration
{
    /// <summary>Upstream's least; a lower figure counts as this one.</summary>
    public const int LeastMaxThreads = 25;

    /// <summary>The directory; <c>/var/lib/registry</c> unless set.</summary>
    public string RootDirectory { get; init; } = "/var/lib/registry";

    /// <summary>File operations under way at a time, at least 25; 100 unless set.</summary>
    public int MaxThreads { get; init; } = 100;

    internal static new FileSystemDriverConfiguration Read(SectionReader section)
    {
        var defaults = new FileSystemDriverConfiguration();
        var maxThreads = section.Integer("maxthreads", defaults.MaxThreads, least: 0);
        if (maxThreads < LeastMaxThreads)
        {
            section.Warning("maxthreads", $"{maxThreads} is less than {LeastMaxThreads}; {LeastMaxThreads} is used");
        }

        return new FileSystemDriverConfiguration
        {
            RootDirectory = section.Text("rootdirectory") ?? defaults.RootDirectory,
            MaxThreads = Math.Max(maxThreads, LeastMaxThreads),
        };
    }
}

/// <summary>The process's memory: everything is gone when it ends.</summary>
public sealed record InMemoryDriverConfiguration : DriverConfiguration;
