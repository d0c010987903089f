namespace Portal.Tests.Fixtures;

/// <summary>Replicas of the portal over one folder, which remember the sizes of blobs at Redis.</summary>
public sealed class RedisPortal : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<IAsyncDisposable> _replicas = [];

    /// <summary>For whatever a test writes beside the store.</summary>
    public TempFolder Folder => _folder;

    public string Store => _folder.Combine("store");

    /// <param name="redis">The section's keys, in flow style: <c>addr: "127.0.0.1:6379", db: 1</c>.</param>
    public async Task<RegistryClient> StartAsync(string redis)
    {
        var portal = await HostedPortal.StartAsync($$"""
            version: 0.1
            log: { level: warn, accesslog: { disabled: true } }
            storage: { filesystem: { rootdirectory: "{{Store}}" }, delete: { enabled: true }, cache: { blobdescriptor: redis } }
            http: { addr: "127.0.0.1:0", secret: "for tests" }
            redis: { {{redis}} }
            portal: { addr: "", datadirectory: "{{_folder.Combine($"data-{_replicas.Count}")}}" }
            """);
        _replicas.Add(portal);
        return new RegistryClient(portal.Address);
    }

    /// <summary>Starts a replica as a process of its own, whose log can be read.</summary>
    public async Task<(RegistryClient Client, ChildProcess Process)> StartProcessAsync(params (string Name, string Value)[] redis)
    {
        var address = ChildProcess.FreeAddress();
        var process = await PortalProcess.StartAsync(
            address, Store, [("REGISTRY_STORAGE_CACHE_BLOBDESCRIPTOR", "redis"), .. redis]);
        _replicas.Add(process);
        return (new RegistryClient(address), process);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }

        _folder.Dispose();
    }
}
