using System.Net;
using System.Security.Cryptography;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary><c>kill -9</c> at an unlucky moment, then a restart over the same folder.</summary>
public sealed class CrashTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task KilledDuringAnUpload_ServesWhatWasAcknowledged_AndTheUploadGoesOn()
    {
        var address = ChildProcess.FreeAddress();
        var content = RandomNumberGenerator.GetBytes(4_000_000);
        Digest image;
        string upload;
        await using (var portal = await PortalProcess.StartAsync(address, _folder.Path))
        {
            using var client = new RegistryClient(address);
            image = await client.PushImageAsync("crash/app", "1.0");
            upload = new Uri(await client.StartUploadAsync("crash/app")).PathAndQuery;
            using var patch = await HalfSentPatch.StartAsync(address, upload, content);
            await WaitForBytesAsync();
            await portal.KillAsync();
        }

        address = ChildProcess.FreeAddress();
        await using (await PortalProcess.StartAsync(address, _folder.Path))
        {
            using var client = new RegistryClient(address);
            using var manifest = await client.GetAsync($"/v2/crash/app/manifests/{image}");
            Assert.Equal(image, Digest.Of(await manifest.Content.ReadAsByteArrayAsync()));
            Assert.Equal(["1.0"], await client.TagsAsync("crash/app"));

            using var status = await client.GetAsync(upload);
            Assert.Equal(HttpStatusCode.NoContent, status.StatusCode);
            var received = int.Parse(status.Headers.GetValues("Range").Single().Split('-')[1], null) + 1;
            using var rest = await client.SendAsync(HttpMethod.Put, $"{upload}&digest={Digest.Of(content)}", content[received..]);
            Assert.Equal(HttpStatusCode.Created, rest.StatusCode);
            using var blob = await client.GetAsync($"/v2/crash/app/blobs/{Digest.Of(content)}");
            Assert.Equal(content, await blob.Content.ReadAsByteArrayAsync());
        }
    }

    private async Task WaitForBytesAsync()
    {
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await tick.WaitForNextTickAsync(deadline.Token))
        {
            var data = Directory.GetFiles(_folder.Path, "data", SearchOption.AllDirectories).Where(path => path.Contains("_uploads", StringComparison.Ordinal));
            if (data.Any(path => new FileInfo(path).Length > 500_000))
            {
                return;
            }
        }
    }
}
