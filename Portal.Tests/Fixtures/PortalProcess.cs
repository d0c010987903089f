namespace Portal.Tests.Fixtures;

/// <summary>The real executable as a process of its own, for tests that kill it.</summary>
public static class PortalProcess
{
    public static Task<ChildProcess> StartAsync(Uri address, string store, params (string Name, string Value)[] environment)
    {
        return ChildProcess.StartRegistryAsync(
            address,
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Portal.Web.dll"), "serve"],
            [
                ("REGISTRY_HTTP_ADDR", address.Authority),
                ("REGISTRY_PORTAL_ADDR", "127.0.0.1:0"),
                ("REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY", store),
                .. environment,
            ]);
    }
}
