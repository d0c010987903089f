using System.Diagnostics;

namespace Portal.Bench;

/// <summary>Layers pushed and pulled by our own client.</summary>
public static class Transfers
{
    private const double Megabyte = 1e6;

    /// <summary>Pushes fresh layers of one size and removes their bytes from the store afterwards.</summary>
    public static Workload PushLarge(string name, int count, long size, double target) => new(name, "MB/s", (server, round) =>
    {
        var layers = Make(count, size);
        return new Turn(
            () => new Outcome(count * size / Megabyte / Seconds(server, layers, (connection, layer) => layer.Stream(connection, "bench/push"))),
            () => Remove(server, layers));
    })
    { Target = target };

    /// <summary>Pulls the same layers again and again for a turn's length: once is over too soon to say much.</summary>
    public static Workload PullLarge(string name, int count, long size, double target)
    {
        var pushed = new Dictionary<Server, Layer[]>();
        return new Workload(name, "MB/s", (server, round) =>
        {
            if (!pushed.TryGetValue(server, out var layers))
            {
                pushed[server] = layers = Make(count, size);
                Seconds(server, layers, (connection, layer) => layer.Stream(connection, "bench/pull"));
            }

            return new Turn(
                () =>
                {
                    var (seconds, times) = (0.0, 0);
                    for (; seconds < Program.Duration.TotalSeconds; times++)
                    {
                        seconds += Seconds(server, layers, (connection, layer) => Pull(connection, "bench/pull", layer));
                    }

                    return new Outcome(times * count * size / Megabyte / seconds, Times: times);
                },
                round == Program.Rounds ? () => Remove(server, layers) : null);
        })
        { Target = target };
    }

    /// <summary>Pushes many fresh layers over eight connections.</summary>
    public static Workload PushSmall(string name, int count, long size, double target) => new(name, "/s", (server, round) =>
    {
        var layers = Make(count, size);
        return new Turn(
            () => new Outcome(count / Seconds(server, layers, (connection, layer) => layer.Put(connection, "bench/small"))),
            () => Remove(server, layers));
    })
    { Target = target };

    public static Workload PullSmall(string name, int count, long size, double target)
    {
        var pushed = new Dictionary<Server, Layer[]>();
        return new Workload(name, "/s", (server, round) =>
        {
            var layers = Pushed(pushed, server, count, size);
            return new Turn(() => new Outcome(count / Seconds(server, layers, (connection, layer) => Pull(connection, "bench/kept", layer))));
        })
        { Target = target };
    }

    /// <summary>Mounts many layers of one repository into another that has none of them.</summary>
    public static Workload Mount(string name, int count, double target)
    {
        var pushed = new Dictionary<Server, Layer[]>();
        return new Workload(name, "/s", (server, round) =>
        {
            var layers = Pushed(pushed, server, count, 1024);
            return new Turn(() => new Outcome(count / Seconds(server, layers, (connection, layer) =>
                connection.Send("POST", $"/v2/bench/mounted-{round}/blobs/uploads/?mount={layer.Digest}&from=bench/kept").Expect(201))));
        })
        { Target = target };
    }

    private static Layer[] Pushed(Dictionary<Server, Layer[]> pushed, Server server, int count, long size)
    {
        if (!pushed.TryGetValue(server, out var layers))
        {
            pushed[server] = layers = Make(count, size);
            Seconds(server, layers, (connection, layer) => layer.Put(connection, "bench/kept"));
        }

        return layers;
    }

    private static void Pull(HttpConnection connection, string repository, Layer layer)
    {
        var answer = connection.Send("GET", $"/v2/{repository}/blobs/{layer.Digest}").Expect(200);
        if (answer["Content-Length"] != $"{layer.Size}")
        {
            throw new BenchException($"a blob of {layer.Size} bytes came back as:\n{answer.Head}");
        }
    }

    private static Layer[] Make(int count, long size)
    {
        var layers = new Layer[count];
        Parallel.For(0, count, index => layers[index] = new Layer(size));
        return layers;
    }

    /// <summary>Spreads layers over at most eight connections and takes the time until the last one is done.</summary>
    private static double Seconds(Server server, Layer[] layers, Action<HttpConnection, Layer> action)
    {
        var next = -1;
        var clock = Stopwatch.StartNew();
        Threads.Run(Math.Min(8, layers.Length), () =>
        {
            using var connection = new HttpConnection(server.Port);
            for (int index; (index = Interlocked.Increment(ref next)) < layers.Length;)
            {
                action(connection, layers[index]);
            }
        });
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>Takes the bytes out of the store, where a delete would leave them: the next turn needs the room.</summary>
    private static void Remove(Server server, Layer[] layers)
    {
        foreach (var layer in layers)
        {
            var hex = layer.Digest["sha256:".Length..];
            File.Delete(Path.Combine(server.Root, "docker/registry/v2/blobs/sha256", hex[..2], hex, "data"));
        }
    }
}
