using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>Clients that get in each other's way, or would if they could.</summary>
public sealed class ManyClientsTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private RegistryClient Client => portal.Client;

    [Fact]
    public async Task SameBlob_AtTheSameInstant_SucceedsForAll()
    {
        var content = RandomNumberGenerator.GetBytes(500_000);
        var digest = Digest.Of(content);
        var uploads = new List<string>();
        for (var number = 0; number < 16; number++)
        {
            uploads.Add(await Client.StartUploadAsync($"same/blob{number % 2}"));
        }

        var answers = await Task.WhenAll(uploads.Select(upload => Client.SendAsync(HttpMethod.Put, $"{upload}&digest={digest}", content)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        using var blob = await Client.GetAsync($"/v2/same/blob1/blobs/{digest}");
        Assert.Equal(content, await blob.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task SameTag_AtTheSameInstant_SucceedsForAll_AndOneWins()
    {
        var manifests = new List<byte[]>();
        for (var number = 0; number < 16; number++)
        {
            var layer = RandomNumberGenerator.GetBytes(100);
            manifests.Add(ImageBuilder.Manifest(
                (await Client.PushBlobAsync("same/tag", "{}"u8.ToArray()), 2), [(await Client.PushBlobAsync("same/tag", layer), layer.Length)]));
        }

        var answers = await Task.WhenAll(manifests.Select(manifest => Client.PutManifestAsync("same/tag", "latest", manifest, MediaTypes.OciManifest)));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        using var winner = await Client.GetAsync("/v2/same/tag/manifests/latest");
        Assert.Contains(await winner.Content.ReadAsByteArrayAsync(), manifests);
    }

    [Fact]
    public async Task StalledUploads_KeepNobodyElseWaiting()
    {
        var content = RandomNumberGenerator.GetBytes(200_000);
        var stalled = new List<HalfSentPatch>();
        for (var number = 0; number < 200; number++)
        {
            var upload = new Uri(await Client.StartUploadAsync("stalled/app")).PathAndQuery;
            stalled.Add(await HalfSentPatch.StartAsync(portal.RegistryAddress, upload, content));
        }

        await Client.PushImageAsync("stalled/app", "1.0");

        Assert.Equal(["1.0"], await Client.TagsAsync("stalled/app"));
        stalled.ForEach(patch => patch.Dispose());
    }

    [Fact]
    public async Task FiveThousandConnections_KeepNobodyElseWaiting()
    {
        var sockets = new List<Socket>();
        try
        {
            for (var number = 0; number < 5000; number++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(socket);
                await socket.ConnectAsync(portal.RegistryAddress.Host, portal.RegistryAddress.Port);

                // A request that never ends; every other one is not even begun.
                await socket.SendAsync(number % 2 == 0 ? "GET /v2/ HT"u8.ToArray() : []);
            }

            await Client.PushImageAsync("many/app", "1.0");

            Assert.Equal(["1.0"], await Client.TagsAsync("many/app"));
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }
}
