using System.IO.Pipelines;
using System.Text;
using Portal.Registry;
using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Drivers;
using Portal.Registry.Maintenance;
using Portal.Storage.Oci;

namespace Portal.Tests.Fixtures;

/// <summary>The application without a grace: a garbage collection takes whatever nothing refers to.</summary>
public class CollectedPortal : PortalFixture
{
    internal static readonly RequestActor Actor = RepositoryActors.Of(RepositoryActors.Local);

    public GarbageCollection Garbage => Get<GarbageCollection>();

    protected override RegistryConfiguration Configuration => base.Configuration with
    {
        Storage = base.Configuration.Storage with { BlobDescriptorCache = BlobDescriptorCache.InMemory },
        Portal = base.Configuration.Portal with { GarbageGrace = TimeSpan.Zero },
    };

    /// <summary>Changes what is in force at once.</summary>
    public void Apply(Func<RegistryConfiguration, RegistryConfiguration> change) => Get<LiveConfiguration>().Apply(change(Get<LiveConfiguration>().Current));

    /// <summary>Collects to the end.</summary>
    public async Task<GarbageRun> CollectAsync(bool isDryRun = false, bool removesUntagged = false)
    {
        Assert.True(Garbage.TryStart(Actor, isDryRun, removesUntagged));
        return await EndAsync();
    }

    /// <summary>Waits until no collection runs.</summary>
    public Task<GarbageRun> EndAsync() =>
        Patience.UntilAsync(() => Garbage.Look(RepositoryActors.Local) is { IsRunning: false } run ? run : null, "the end of a collection");

    /// <summary>Pushes a blob as a client does, past the network.</summary>
    public async Task<Digest> PushBlobAsync(RepositoryName name, string text)
    {
        var content = Encoding.UTF8.GetBytes(text);
        var service = Get<RegistryService>();
        await using var upload = await service.StartUploadAsync(name, Actor, CancellationToken.None);
        await upload.AppendAsync(PipeReader.Create(new MemoryStream(content)), null, CancellationToken.None);
        await service.CommitUploadAsync(upload, Digest.Of(content), Actor, CancellationToken.None);
        return Digest.Of(content);
    }
}

/// <summary>The same with everything in memory, where much happens in a short time.</summary>
public sealed class CollectedMemoryPortal : CollectedPortal
{
    protected override RegistryConfiguration Configuration => base.Configuration with
    {
        Storage = base.Configuration.Storage with { Driver = new InMemoryDriverConfiguration() },
    };
}
