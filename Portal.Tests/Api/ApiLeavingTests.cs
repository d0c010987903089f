using Microsoft.AspNetCore.Http;
using Portal.Registry;
using Portal.Registry.Auth;
using Portal.Registry.Inspection;
using Portal.Tests.Fixtures;
using Portal.Tests.Unit.Layers;
using Portal.Web.Api;

namespace Portal.Tests.Api;

/// <summary>Clients that leave while layers are read for them.</summary>
public sealed class ApiLeavingTests
{
    [Theory]
    [InlineData("FilesApi", "listLayers", "")]
    [InlineData("FilesApi", "listFiles", "?q=a")]
    [InlineData("FilesApi", "downloadFile", "?path=a")]
    [InlineData("CompareApi", "compareFiles", "?a=team/app@{0}&b=team/app@{0}")]
    public async Task Reading_EndsWhenItsClientLeaves(string resource, string id, string query)
    {
        using var world = new ImageWorld();
        var digest = await world.PutAsync(new LayerBuilder().File("a").Gzip());
        world.Driver.Hold();
        using var client = new CancellationTokenSource();
        var context = new DefaultHttpContext { RequestAborted = client.Token };
        context.Request.QueryString = new QueryString(string.Format(System.Globalization.CultureInfo.InvariantCulture, query, digest));
        var values = new Dictionary<string, string> { ["name"] = "team/app", ["digest"] = $"{digest}" };
        var request = new ApiRequest(context, values, new RequestActor { Identity = Identity.Everyone, RequestId = "1" }, address: null);

        var running = Create(resource, world).Operations.Single(operation => operation.Id == id).Run(request);
        var reading = await Patience.UntilAsync(() => world.Driver.Reading, "a reading");
        await client.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await Patience.UntilAsync(
            () =>
            {
                world.Time.Advance(TimeSpan.FromMinutes(1));
                return reading.IsCancellationRequested ? "ended" : null;
            },
            "the end of the reading");
    }

    /// <summary>What the API is made of is its own affair: a type that is public is looked at by every start of the pages.</summary>
    private static ApiResource Create(string name, ImageWorld world)
    {
        var inspector = new ImageInspector(world.Registry, world.Accounts.Permissions);
        object?[] services = name is "FilesApi" ? [world.Files] : [new ImageComparer(inspector), new FileComparer(world.Files), null, null];
        return (ApiResource)Activator.CreateInstance(typeof(ApiResource).Assembly.GetType($"Portal.Web.Api.{name}", throwOnError: true)!, services)!;
    }
}
