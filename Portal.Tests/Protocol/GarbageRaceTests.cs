using System.Collections.Concurrent;
using Portal.Registry;
using Portal.Registry.Maintenance;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>
/// Pushes, mounts, copies of tags and deletions of few blobs over and over, while collections without a grace run one after
/// the other: whatever was acknowledged, and was not deleted by who pushed it, is whole at the end.
/// </summary>
public abstract class GarbageRaceTests(CollectedPortal portal, int rounds)
{
    private const int Clients = 6;

    private static readonly RepositoryName[] Names = [.. Enumerable.Range(0, 3).Select(i => RepositoryName.Parse($"race/app{i}"))];

    private readonly ConcurrentDictionary<(RepositoryName Name, Tag Tag), Digest> _acknowledged = new();
    private int _refused;
    private int _pushed;

    private RegistryService Service => portal.Get<RegistryService>();

    private LocalRegistry Registry => portal.Get<LocalRegistry>();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Push_WhileGarbageIsCollected_LosesNothing(int seed)
    {
        var clients = Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(() => PushAsync(client, new Random((seed * 100) + client)))));
        var collections = 0;
        do
        {
            var run = await portal.CollectAsync(removesUntagged: collections++ % 2 == 0);
            Assert.True(run.Phase is GarbagePhase.Done, run.Problem?.ToString());
        }
        while (!clients.IsCompleted);

        await clients;
        await portal.CollectAsync(removesUntagged: true);
        foreach (var ((name, tag), digest) in _acknowledged)
        {
            Assert.Equal(digest, await Registry.Tags.FindAsync(name, tag, CancellationToken.None));
            await AssertWholeAsync(name, digest);
        }

        TestContext.Current.SendDiagnosticMessage("{0} pushes, {1} refused, {2} collections", _pushed, _refused, collections);
        Assert.True(_pushed > Clients * rounds / 4, $"{_pushed} pushes, {_refused} refused, {collections} collections");
    }

    private async Task PushAsync(int client, Random random)
    {
        for (var round = 0; round < rounds; round++)
        {
            var name = Names[random.Next(Names.Length)];
            var tag = Tag.Parse($"client{client}-{random.Next(3)}");
            try
            {
                if (_acknowledged.TryRemove((name, tag), out var before) && random.Next(3) == 0)
                {
                    await Service.DeleteTagAsync(name, tag, CollectedPortal.Actor, CancellationToken.None);
                    continue;
                }

                var digest = await PushImageAsync(name, tag, random);
                if (random.Next(3) == 0)
                {
                    var index = Manifest.Parse(ImageBuilder.Index((digest, "amd64")), null);
                    await Service.PutManifestAsync(name, Reference.Parse(tag.ToString()), index, CollectedPortal.Actor, CancellationToken.None);
                    digest = index.Digest;
                }

                _acknowledged[(name, tag)] = digest;
                Interlocked.Increment(ref _pushed);
            }
            catch (OciException exception) when (exception.Code is ErrorCode.ManifestBlobUnknown)
            {
                // Without a grace what is pushed ahead of its manifest may go; the client is told, and pushes again. Who of
                // the two is faster is the machine's affair: the round counts when it is done.
                round -= Interlocked.Increment(ref _refused) < Clients * rounds * 20 ? 1 : 0;
                if (await Registry.Tags.FindAsync(name, tag, CancellationToken.None) is { } left)
                {
                    _acknowledged[(name, tag)] = left;
                }
            }
        }
    }

    /// <summary>Few blobs, so that each is pushed, mounted, found and collected again and again.</summary>
    private async Task<Digest> PushImageAsync(RepositoryName name, Tag tag, Random random)
    {
        var contents = new List<(Digest, int)>();
        for (var i = 0; i < 3; i++)
        {
            var text = $"blob {random.Next(8)}";
            var digest = Digest.Of(System.Text.Encoding.UTF8.GetBytes(text));
            var isThere = random.Next(3) switch
            {
                0 => await Registry.Blobs.StatAsync(name, digest, CancellationToken.None) is not null,
                1 => await Service.MountBlobAsync(Names[random.Next(Names.Length)], name, digest, CollectedPortal.Actor, CancellationToken.None),
                _ => false,
            };
            if (!isThere)
            {
                await portal.PushBlobAsync(name, text);
            }

            contents.Add((digest, text.Length));
        }

        var manifest = Manifest.Parse(ImageBuilder.Manifest(contents[0], [.. contents[1..]]), null);
        await Service.PutManifestAsync(name, Reference.Parse(tag.ToString()), manifest, CollectedPortal.Actor, CancellationToken.None);
        return manifest.Digest;
    }

    private async Task AssertWholeAsync(RepositoryName name, Digest digest)
    {
        var manifest = await Registry.Manifests.GetAsync(name, digest, CancellationToken.None);
        Assert.True(manifest is not null, $"{name}@{digest} is gone");
        foreach (var reference in manifest.References)
        {
            if (manifest.Index is not null)
            {
                await AssertWholeAsync(name, reference.Digest);
                continue;
            }

            Assert.NotNull(await Registry.Blobs.StatAsync(name, reference.Digest, CancellationToken.None));
            await using var content = await Registry.Blobs.OpenAsync(reference.Digest, 0, CancellationToken.None);
            Assert.True(content is not null, $"{name}@{digest} lacks the bytes of {reference.Digest}");
            using var copy = new MemoryStream();
            await content.CopyToAsync(copy, CancellationToken.None);
            Assert.Equal(reference.Digest, Digest.Of(copy.ToArray()));
        }
    }
}

public sealed class GarbageRaceInMemoryTests(CollectedMemoryPortal portal) : GarbageRaceTests(portal, rounds: 500), IClassFixture<CollectedMemoryPortal>;

public sealed class GarbageRaceOnDiskTests(CollectedPortal portal) : GarbageRaceTests(portal, rounds: 12), IClassFixture<CollectedPortal>;
