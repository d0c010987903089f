using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Portal.Storage.Oci;

namespace Portal.Tests.Fixtures;

/// <summary>
/// Clients that push without pause until the registry is gone, and remember what it acknowledged. Every later process
/// over the same store must have all of that.
/// </summary>
/// <param name="seed">Decides sizes and ways of pushing, so that a failure can be repeated.</param>
public sealed class PushLoad(int seed)
{
    private const int Clients = 4;
    private const int MaxLayer = 200_000;

    // Addresses of what was acknowledged: all of it, and what is not yet looked for.
    private readonly ConcurrentDictionary<string, Digest> _all = new();
    private readonly ConcurrentDictionary<string, Digest> _latest = new();

    // For each tag what it was before the last push, and what that pushed: one cut off may have come into effect or not.
    private readonly ConcurrentDictionary<(string Repository, string Tag), (Digest? Before, Digest Sent)> _tags = new();

    /// <summary>How many blobs and manifests were acknowledged so far.</summary>
    public int Acknowledged => _all.Count;

    /// <summary>Pushes until the connection breaks.</summary>
    public async Task RunAsync(Uri address, int round)
    {
        _latest.Clear();
        using var client = new RegistryClient(address);
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(number => RunClientAsync(client, number, new Random(seed + (round * Clients) + number))));
    }

    /// <summary>Compares what a registry over the same store serves with what was acknowledged.</summary>
    /// <param name="everything">Whether to look for all that was ever acknowledged, or for the last round alone.</param>
    /// <returns>What is lost, or broken, in words; empty when all is well.</returns>
    public async Task<IReadOnlyList<string>> FindLossesAsync(RegistryClient registry, bool everything)
    {
        var losses = new List<string>();
        foreach (var (path, digest) in everything ? _all : _latest)
        {
            using var answer = await registry.GetAsync(path);
            if (answer.StatusCode != HttpStatusCode.OK || Digest.Of(await answer.Content.ReadAsByteArrayAsync()) != digest)
            {
                losses.Add($"{path} is {answer.StatusCode} or has another digest");
            }
        }

        foreach (var (key, (before, sent)) in _tags)
        {
            var (repository, tag) = key;
            using var answer = await registry.GetAsync($"/v2/{repository}/manifests/{tag}");
            var actual = answer.StatusCode == HttpStatusCode.OK ? Digest.Of(await answer.Content.ReadAsByteArrayAsync()) : (Digest?)null;
            if (actual != before && actual != sent)
            {
                losses.Add($"{repository}:{tag} is {actual?.ToString() ?? answer.StatusCode.ToString()}, not {before} or {sent}");
            }

            _tags[key] = (actual, sent);
        }

        return losses;
    }

    private async Task RunClientAsync(RegistryClient client, int number, Random random)
    {
        try
        {
            while (true)
            {
                // Two clients share each repository, and all of them push the same config.
                var repository = $"load/app{number % 2}";
                await PushImageAsync(client, repository, $"client{number}-{random.Next(3)}", RandomContent(random), random.Next(3) == 0);
            }
        }
        catch (HttpRequestException)
        {
            // The registry is gone, as was meant.
        }
    }

    private async Task PushImageAsync(RegistryClient client, string repository, string tag, byte[] layer, bool streamed)
    {
        var config = await PushBlobAsync(client, repository, "{}"u8.ToArray(), streamed: false);
        var blob = await PushBlobAsync(client, repository, layer, streamed);
        var manifest = ImageBuilder.Manifest((config, 2), [(blob, layer.Length)]);
        var digest = Digest.Of(manifest);
        _tags.AddOrUpdate((repository, tag), (null, digest), (_, tag) => (tag.Before, digest));
        using var answer = await client.PutManifestAsync(repository, tag, manifest, MediaTypes.OciManifest);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        _tags[(repository, tag)] = (digest, digest);
        Acknowledge($"/v2/{repository}/manifests/{digest}", digest);

        // All clients of a repository fight for this one; whoever wins, it must lead to something whole.
        using var latest = await client.PutManifestAsync(repository, "latest", manifest, MediaTypes.OciManifest);
        Assert.Equal(HttpStatusCode.Created, latest.StatusCode);
    }

    private void Acknowledge(string path, Digest digest)
    {
        _all[path] = digest;
        _latest[path] = digest;
    }

    private async Task<Digest> PushBlobAsync(RegistryClient client, string repository, byte[] content, bool streamed)
    {
        var digest = Digest.Of(content);
        var upload = await client.StartUploadAsync(repository);
        if (streamed)
        {
            using var patch = await client.SendAsync(HttpMethod.Patch, upload, content, MediaTypes.OctetStream);
            Assert.Equal(HttpStatusCode.Accepted, patch.StatusCode);
        }

        using var commit = await client.SendAsync(HttpMethod.Put, $"{upload}&digest={digest}", streamed ? [] : content);
        Assert.Equal(HttpStatusCode.Created, commit.StatusCode);
        Acknowledge($"/v2/{repository}/blobs/{digest}", digest);
        return digest;
    }

    private static byte[] RandomContent(Random random) => RandomNumberGenerator.GetBytes(random.Next(1, MaxLayer));
}
