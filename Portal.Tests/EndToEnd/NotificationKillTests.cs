using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>10,000 pushes, an endpoint that fails half of the time, and <c>kill -9</c> in their middle.</summary>
public sealed class NotificationKillTests(ITestOutputHelper output) : IDisposable
{
    private const int Pushes = 10_000;
    private const int Pushers = 4;
    private const int Seed = 20_260_301;

    // All of it takes most of a minute where nothing else runs.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    private readonly TempFolder _folder = new();

    // By what a pusher's tags begin with: they are numbered in the order in which they were acknowledged.
    private readonly Dictionary<string, List<string>> _acknowledged = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FailingEndpointAndAKill_EachEventArrives_InOrder_NoneIsLost()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var random = new Random(Seed);
        var accepted = new List<string>();
        var failures = 0;
        receiver.Answer = (received, response) =>
        {
            // Requests of one endpoint come one after the other.
            if (random.Next(2) == 0)
            {
                failures++;
                response.StatusCode = 500;
            }
            else
            {
                lock (accepted)
                {
                    accepted.Add((string)received.Event["target"]!["tag"]!);
                }
            }

            return Task.CompletedTask;
        };
        var pushed = 0;
        await using (var first = await StartAsync(receiver.Address))
        {
            var pushing = PushAsync(first.Address, 0, Pushes / 2, () => Interlocked.Increment(ref pushed));
            await Patience.UntilAsync(
                () => Volatile.Read(ref pushed) > Pushes / 4 && receiver.Received.Count > 1000 ? this : null,
                $"the middle ({Pushes / 4} pushes, 1000 requests)",
                Deadline);
            await first.Process.KillAsync();
            await pushing;
        }

        var beforeKill = pushed;
        await using var second = await StartAsync(receiver.Address);
        await PushAsync(second.Address, beforeKill, Pushes - beforeKill, () => Interlocked.Increment(ref pushed));

        await Patience.UntilAsync(
            () => Accepted().ToHashSet() is var came && came.Count >= pushed && _acknowledged.Values.All(came.IsSupersetOf) ? this : null,
            "every event",
            Deadline);

        var all = Accepted();
        foreach (var (pusher, tags) in _acknowledged)
        {
            var came = all.Where(tag => tag.StartsWith(pusher, StringComparison.Ordinal)).Distinct().ToList();
            Assert.Empty(tags.Except(came));
            Assert.Equal(came.Order(StringComparer.Ordinal), came);
        }

        output.WriteLine($"{pushed} pushes acknowledged ({beforeKill} before the kill), {receiver.Received.Count} requests, {failures} answered 500, "
            + $"{all.Distinct().Count()} events taken, {all.Count - all.Distinct().Count()} of them more than once, 0 lost");
        Assert.True(failures > Pushes / 3, $"only {failures} requests failed");

        List<string> Accepted()
        {
            lock (accepted)
            {
                return [.. accepted];
            }
        }
    }

    /// <summary>Pushes until all are there, or the server is gone.</summary>
    private async Task PushAsync(Uri address, int from, int count, Action acknowledged)
    {
        var manifest = ImageBuilder.Manifest((Digest.Of("{}"u8), 2), []);
        using (var client = new RegistryClient(address))
        {
            await client.PushBlobAsync("load/app", "{}"u8.ToArray());
        }

        await Task.WhenAll(Enumerable.Range(0, Pushers).Select(async pusher =>
        {
            using var client = new RegistryClient(address);
            var tags = new List<string>();
            lock (_acknowledged)
            {
                _acknowledged[$"p{pusher}-{from}-"] = tags;
            }

            for (var i = 0; i < (count + Pushers - 1) / Pushers; i++)
            {
                var tag = $"p{pusher}-{from}-{i:D6}";
                try
                {
                    using var answer = await client.PutManifestAsync("load/app", tag, manifest, MediaTypes.OciManifest);
                    answer.EnsureSuccessStatusCode();
                }
                catch (HttpRequestException)
                {
                    return;
                }

                tags.Add(tag);
                acknowledged();
            }
        }));
    }

    private async Task<Running> StartAsync(Uri receiver)
    {
        var address = ChildProcess.FreeAddress();
        var configuration = _folder.Combine("config.yml");
        await File.WriteAllTextAsync(configuration, $$"""
            version: 0.1
            log: { level: error, accesslog: { disabled: true } }
            storage: { filesystem: { rootdirectory: "{{_folder.Combine("store")}}" } }
            http: { addr: "{{address.Authority}}" }
            portal: { addr: "" }
            notifications:
              endpoints:
                - { name: flaky, url: "{{receiver}}", timeout: 20s, threshold: 5, backoff: 1ms, ignoredmediatypes: [application/octet-stream] }
            """);
        return new Running(address, await PortalProcess.StartFromFileAsync(address, configuration));
    }

    private sealed record Running(Uri Address, ChildProcess Process) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Process.DisposeAsync();
    }
}
