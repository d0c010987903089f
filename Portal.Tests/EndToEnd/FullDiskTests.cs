using System.Net;
using System.Security.Cryptography;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>A real disk without room for what is pushed.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const int Mebibyte = 1024 * 1024;

    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task Push_LargerThanTheDisk_IsRefusedAndLosesNothing()
    {
        var address = ChildProcess.FreeAddress();
        var content = RandomNumberGenerator.GetBytes(24 * Mebibyte);
        await using var portal = await PortalProcess.StartOnSmallDiskAsync(address, _folder.Path, mebibytes: 16);
        using var client = new RegistryClient(address);
        var image = await client.PushImageAsync("full/app", "1.0");

        using var whole = await client.SendAsync(HttpMethod.Post, $"/v2/full/app/blobs/uploads/?digest={Digest.Of(content)}", content);
        var upload = await client.StartUploadAsync("full/app");
        using var streamed = await client.SendAsync(HttpMethod.Patch, upload, content);

        await RegistryClient.AssertErrorAsync(whole, HttpStatusCode.ServiceUnavailable, "UNAVAILABLE");
        await RegistryClient.AssertErrorAsync(streamed, HttpStatusCode.ServiceUnavailable, "UNAVAILABLE");
        using var manifest = await client.GetAsync("/v2/full/app/manifests/1.0");
        Assert.Equal(image, Digest.Of(await manifest.Content.ReadAsByteArrayAsync()));
        using var blob = await client.GetAsync($"/v2/full/app/blobs/{Digest.Of(content)}");
        await RegistryClient.AssertErrorAsync(blob, HttpStatusCode.NotFound, "BLOB_UNKNOWN");

        using var cancelled = await client.SendAsync(HttpMethod.Delete, upload);
        Assert.Equal(HttpStatusCode.NoContent, cancelled.StatusCode);
        await client.PushImageAsync("full/app", "2.0", layer: "there is room again");
        Assert.Equal(["1.0", "2.0"], await client.TagsAsync("full/app"));
    }
}
