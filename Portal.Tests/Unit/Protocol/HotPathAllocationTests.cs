using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Portal.Registry.Protocol;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Protocol;

/// <summary>
/// What the requests that a registry gets most leave to the garbage collector, from the dispatcher down to the files. A
/// bound lies a quarter above what was measured: it is there to be noticed when it is passed. A fifth of it is the
/// framework's map of headers, which the real server has for nothing.
/// </summary>
public sealed class HotPathAllocationTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const int Requests = 500;

    [Theory]
    [InlineData("GET", "manifests/latest", 3600)]
    [InlineData("GET", "manifests/{digest}", 2850)]
    [InlineData("HEAD", "manifests/{digest}", 2850)]
    [InlineData("HEAD", "blobs/{blob}", 4300)]
    public async Task Request_OfSomethingKnown_AllocatesLittle(string method, string resource, int mostBytes)
    {
        var digest = await portal.Client.PushImageAsync("hot/path", "latest");
        var blob = await portal.Client.PushBlobAsync("hot/path", "blob"u8.ToArray());
        var path = "/v2/hot/path/" + resource.Replace("{digest}", digest.ToString(), StringComparison.Ordinal)
            .Replace("{blob}", blob.ToString(), StringComparison.Ordinal);
        var dispatcher = portal.Get<RegistryDispatcher>();
        await MeasureAsync(dispatcher, method, path);

        var bytes = await MeasureAsync(dispatcher, method, path);

        Assert.InRange(bytes, 0, mostBytes);
    }

    /// <returns>Bytes for each request.</returns>
    private static async Task<long> MeasureAsync(RegistryDispatcher dispatcher, string method, string path)
    {
        var contexts = Enumerable.Range(0, Requests).Select(_ => Request(method, path)).ToArray();
        var thread = Environment.CurrentManagedThreadId;
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var context in contexts)
        {
            await dispatcher.InvokeAsync(context);
        }

        var after = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(thread, Environment.CurrentManagedThreadId);
        Assert.All(contexts, context => Assert.Equal(200, context.Response.StatusCode));
        return (after - before) / Requests;
    }

    private static DefaultHttpContext Request(string method, string path)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Path = path;
        context.Request.Host = new HostString("hub.example", 5000);
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = path;
        return context;
    }
}
