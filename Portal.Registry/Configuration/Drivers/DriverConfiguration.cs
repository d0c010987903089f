namespace Portal.Registry.Configuration.Drivers;

/// <summary>The one storage driver that is named, with its parameters.</summary>
public abstract record DriverConfiguration
{
    internal static DriverConfiguration Read(SectionReader storage)
    {
        switch (storage.Written(ChoiceSections.Drivers))
        {
            case []:
                storage.Error("", SettingProblem.NoDriver, $"names no driver; write for example \"filesystem: {{rootdirectory: /var/lib/registry}}\"");
                return new FileSystemDriverConfiguration();
            case [var (name, _)]:
                return Read(name, storage.Section(name));
            case var named:
                storage.Error(named[1].Key, SettingProblem.ManyDrivers, $"{named.Count} drivers are named: {ConfigurationProblems.Places(named)}; keep exactly one");

                // What is wrong inside each is told as well.
                return named.Select(driver => Read(driver.Key, storage.Section(driver.Key))).ToList()[0];
        }
    }

    private static DriverConfiguration Read(string name, SectionReader section) => name switch
    {
        "s3" => S3DriverConfiguration.Read(section),
        "azure" => AzureDriverConfiguration.Read(section),
        "gcs" => GcsDriverConfiguration.Read(section),
        "swift" => SwiftDriverConfiguration.Read(section),
        "oss" => OssDriverConfiguration.Read(section),
        "inmemory" => new InMemoryDriverConfiguration(),
        _ => FileSystemDriverConfiguration.Read(section),
    };
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
        return new FileSystemDriverConfiguration
        {
            RootDirectory = section.Text("rootdirectory") ?? defaults.RootDirectory,
            MaxThreads = section.AtLeast("maxthreads", defaults.MaxThreads, LeastMaxThreads),
        };
    }
}

/// <summary>The process's memory: everything is gone when it ends.</summary>
public sealed record InMemoryDriverConfiguration : DriverConfiguration;
