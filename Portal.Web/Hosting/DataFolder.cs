using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Drivers;

namespace Portal.Web.Hosting;

/// <summary>
/// Where the portal keeps its own files: <c>portal.datadirectory</c>, else the filesystem driver's root. With images
/// in memory it is a temporary folder, since an index of what is gone helps nobody.
/// </summary>
public sealed class DataFolder
{
    /// <param name="temporary">Makes the temporary folder, where one is needed.</param>
    public DataFolder(RegistryConfiguration configuration, Func<string> temporary)
    {
        var files = configuration.Storage.Driver as FileSystemDriverConfiguration;
        var given = configuration.Portal.DataDirectory ?? files?.RootDirectory;
        Path = given is null ? temporary() : Directory.CreateDirectory(given).FullName;
        Database = System.IO.Path.Combine(Path, configuration.Portal.Database);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Database)!);
    }

    /// <summary>The folder; it exists.</summary>
    public string Path { get; }

    /// <summary>The SQLite file.</summary>
    public string Database { get; }

    /// <summary>The SQLite file of users, permissions, tokens, sessions and audit; made when there is something to keep.</summary>
    public string Accounts => System.IO.Path.Combine(Path, "accounts.db");

    /// <summary>The SQLite file of what happened; made when something did.</summary>
    public string History => System.IO.Path.Combine(Path, "history.db");

    /// <summary>Where events are kept for a moment on their way into the history; made with the first one.</summary>
    public string Events => System.IO.Path.Combine(Path, "events");

    /// <summary>The key that signs upload addresses when <c>http.secret</c> is not set.</summary>
    public string UploadSecret => System.IO.Path.Combine(Path, "portal.secret");

    /// <summary>The keys of the token server; beside it, as <c>token-keys.crt</c>, the certificate for those who trust it.</summary>
    public string TokenKeys => System.IO.Path.Combine(Path, "token-keys.json");

    /// <summary>Where versions of the configuration are kept; made at the first save.</summary>
    public string ConfigurationHistory => System.IO.Path.Combine(Path, "config-history");

    /// <summary>Where lists of the files in layers are kept; made when the first one is looked at, and safe to remove.</summary>
    public string Layers => System.IO.Path.Combine(Path, "layers");

    /// <summary>Where the keys lie that protect forms and the state of pages. It is made, for its owner alone.</summary>
    public string MakePageKeys()
    {
        var folder = System.IO.Path.Combine(Path, "page-keys");
        return OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(folder).FullName
            : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }
}
