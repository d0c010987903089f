using System.Net;
using Portal.Registry;
using Portal.Registry.Auth;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary><c>storage.maintenance.readonly.enabled</c>: pulls go on, nothing else does.</summary>
public sealed class ReadOnlyTests(LockablePortalFixture portal) : IClassFixture<LockablePortalFixture>
{
    [Fact]
    public async Task Write_ToAReadOnlyRegistry_Is405AndChangesNothing()
    {
        var digest = await portal.Client.PushImageAsync("locked/app", "1");
        using var begun = await portal.Client.SendAsync(HttpMethod.Post, "/v2/locked/app/blobs/uploads/");
        var upload = begun.Headers.Location!.PathAndQuery;
        portal.IsReadOnly = true;
        await portal.RestartAsync();

        (HttpMethod Method, string Path)[] writes =
        [
            (HttpMethod.Post, "/v2/locked/app/blobs/uploads/"),
            (HttpMethod.Post, $"/v2/locked/other/blobs/uploads/?mount={digest}&from=locked/app"),
            (HttpMethod.Patch, upload),
            (HttpMethod.Put, $"{upload}&digest={digest}"),
            (HttpMethod.Delete, upload),
            (HttpMethod.Put, "/v2/locked/app/manifests/2"),
            (HttpMethod.Delete, "/v2/locked/app/manifests/1"),
            (HttpMethod.Delete, $"/v2/locked/app/manifests/{digest}"),
            (HttpMethod.Delete, $"/v2/locked/app/blobs/{digest}"),
        ];
        foreach (var (method, path) in writes)
        {
            using var refused = await portal.Client.SendAsync(method, path);

            await RegistryClient.AssertErrorAsync(refused, HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
            Assert.Contains("storage.maintenance.readonly.enabled", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal(["GET", "HEAD"], refused.Content.Headers.Allow);
        }

        using var pulled = await portal.Client.GetAsync("/v2/locked/app/manifests/1");
        using var place = await portal.Client.GetAsync(upload);
        Assert.Equal(HttpStatusCode.OK, pulled.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, place.StatusCode);
        Assert.Equal(["1"], await portal.Client.TagsAsync("locked/app"));

        // The pages call the service, not the protocol: the rule is there as well.
        var refusal = await Assert.ThrowsAsync<OciException>(() => portal.Get<RegistryService>().DeleteTagAsync(
            RepositoryName.Parse("locked/app"), Tag.Parse("1"), new RequestActor { Identity = Identity.Everyone, RequestId = "a test" }, TestContext.Current.CancellationToken));
        Assert.Equal(ErrorCode.Unsupported, refusal.Errors[0].Code);
    }
}
