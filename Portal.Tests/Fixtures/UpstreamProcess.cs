namespace Portal.Tests.Fixtures;

/// <summary>Debian's <c>docker-registry</c>: what this registry replaces.</summary>
public static class UpstreamProcess
{
    /// <param name="folder">Where its configuration lies, and its images in <c>store</c>.</param>
    /// <param name="more">Further sections of its configuration.</param>
    /// <param name="http">Further keys of its <c>http</c> section.</param>
    public static async Task<ChildProcess> StartAsync(Uri address, TempFolder folder, string more = "", string http = "")
    {
        var configuration = folder.Combine("upstream.yml");
        await File.WriteAllTextAsync(configuration, $$"""
            version: 0.1
            storage: { filesystem: { rootdirectory: "{{folder.Combine("store")}}" }, delete: { enabled: true }, cache: { blobdescriptor: inmemory } }
            http: { addr: "{{address.Authority}}"{{(http.Length == 0 ? "" : ", " + http)}} }
            {{more}}
            """);
        return await ChildProcess.StartRegistryAsync(address, "docker-registry", ["serve", configuration]);
    }
}
