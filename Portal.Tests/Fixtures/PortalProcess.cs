namespace Portal.Tests.Fixtures;

/// <summary>The real executable as a process of its own, for tests that kill it.</summary>
public static class PortalProcess
{
    private static readonly string Executable = Path.Combine(AppContext.BaseDirectory, "Portal.Web.dll");

    public static Task<ChildProcess> StartAsync(Uri address, string store, params (string Name, string Value)[] environment)
    {
        return ChildProcess.StartRegistryAsync(address, "dotnet", [Executable, "serve"], [.. Settings(address, store), .. environment]);
    }

    /// <param name="configuration">The file that it is started with; it has to name the address.</param>
    public static Task<ChildProcess> StartFromFileAsync(
        Uri address, string configuration, params (string Name, string Value)[] environment) =>
        ChildProcess.StartRegistryAsync(address, "dotnet", [Executable, "serve", configuration], environment);

    /// <summary>Starts it with a disk of its own for its store, which ends with it.</summary>
    /// <param name="store">An empty folder, where the disk is put; nobody else sees what is on it.</param>
    public static Task<ChildProcess> StartOnSmallDiskAsync(Uri address, string store, int mebibytes)
    {
        var mount = $"mount -t tmpfs -o size={mebibytes}m none '{store}' && exec dotnet '{Executable}' serve";
        return ChildProcess.StartRegistryAsync(
            address, "unshare", ["--map-root-user", "--mount", "sh", "-c", mount], [.. Settings(address, store)]);
    }

    private static IEnumerable<(string Name, string Value)> Settings(Uri address, string store)
    {
        yield return ("REGISTRY_HTTP_ADDR", address.Authority);
        yield return ("REGISTRY_PORTAL_ADDR", "127.0.0.1:0");
        yield return ("REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY", store);
        yield return ("REGISTRY_STORAGE_DELETE_ENABLED", "true");
    }
}
