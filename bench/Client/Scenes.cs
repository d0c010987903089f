using System.Diagnostics;
using System.Text;

namespace Portal.Bench;

/// <summary>Two servers with something in their stores, and what is asked of them.</summary>
public sealed record Scene(string Name, Func<Pair> Start, IReadOnlyList<Workload> Workloads);

/// <summary>Both servers, running.</summary>
public sealed record Pair(Server Ours, Server Theirs, params string[] Folders) : IDisposable
{
    /// <summary>Ends both and removes their stores.</summary>
    public void Dispose()
    {
        Ours.Dispose();
        Theirs.Dispose();
        foreach (var folder in Folders)
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

/// <summary>All workloads, by the servers that they need.</summary>
public static class Scenes
{
    private const long Gibibyte = 1L << 30;
    private const string App = "team-0000/app-00";
    private const string ByTag = $"/v2/{App}/manifests/latest";
    private const string Password = "correct horse battery staple";

    private static readonly string[] Methods = ["GET", "HEAD"];
    private static readonly int[] RepositoryCounts = [1_000, 10_000, 100_000];

    private static readonly string ByDigest = $"/v2/{App}/manifests/{Seed.ManifestDigest}";
    private static readonly string Blob = $"/v2/{App}/blobs/{Seed.BlobDigest}";

    /// <param name="memory">An existing folder on a tmpfs, for rows that show the processor's work.</param>
    /// <param name="disk">An existing folder on a disk.</param>
    public static IEnumerable<Scene> All(string portal, string memory, string disk)
    {
        var ours = new ServerKind("portal", portal, ["serve"], (port, folder) => $"portal: {{addr: '127.0.0.1:{port}', datadirectory: {folder}}}");
        var theirs = new ServerKind("docker-registry", "docker-registry", ["serve"], (_, _) => string.Empty);

        yield return new Scene("transfers", () => Apart(ours, theirs, memory), [
            Transfers.PushLarge("push 1 GiB", 1, Gibibyte, target: 4),
            Transfers.PushLarge("push 8 × 1 GiB at once", 8, Gibibyte, target: 0),
            Transfers.PullLarge("pull 1 GiB", 1, Gibibyte, target: 1),
            Transfers.PullLarge("pull 8 × 1 GiB at once", 8, Gibibyte, target: 0),
            Transfers.PushSmall("push 1,000 × 1 KiB", 1000, 1024, target: 3),
            Transfers.PullSmall("pull 1,000 × 1 KiB", 1000, 1024, target: 0),
            Transfers.Mount("mount 1,000 blobs", 1000, target: 3),
            Transfers.PushSmall("push 100 × 1 MiB", 100, 1 << 20, target: 0),
            Transfers.PullSmall("pull 100 × 1 MiB", 100, 1 << 20, target: 0),
        ]);
        yield return new Scene("disk", () => Apart(ours, theirs, disk), [Transfers.PushLarge("push 1 GiB, on disk", 1, Gibibyte, target: 0)]);
        yield return new Scene("requests", () => Together(ours, theirs, memory, root => Seed.Repositories(root, 1)), Reads(manifests: 20, blobs: 15));
        yield return new Scene("htpasswd", () => Together(ours, theirs, memory, root => Seed.Repositories(root, 1), withPassword: true),
            [.. WithPassword(500, "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("bench:" + Password)))]);
        foreach (var scene in WithEndpoint(ours, theirs, memory))
        {
            yield return scene;
        }

        yield return new Scene("tags", () => Together(ours, theirs, memory, root => Seed.Tags(root, App, 10_000)), [
            Requests.Get("tags/list?n=100 of 10,000 tags", $"/v2/{App}/tags/list?n=100", 10),
            Requests.Get("tags/list?n=100&last=v09899", $"/v2/{App}/tags/list?n=100&last=v09899", 10),
            Requests.GetInTurn("tags/list, all 10,000", $"/v2/{App}/tags/list", 0),
        ]);
        foreach (var count in RepositoryCounts)
        {
            var last = Seed.RepositoryName(count - 101);
            yield return new Scene($"{count:#,0} repositories", () => Together(ours, theirs, memory, root => Seed.Repositories(root, count), Seed.RepositoryName(count - 2)), [
                Requests.GetInTurn($"_catalog, first page of {count:#,0}", "/v2/_catalog?n=100", 0),
                Requests.GetInTurn($"_catalog, last page of {count:#,0}", $"/v2/_catalog?n=100&last={last}", count == 100_000 ? 200 : 0),
            ]);
        }

        yield return new Scene("at rest", () => Apart(ours, theirs, memory), [
            new Workload("memory at rest", "MiB", (server, _) => new Turn(() => new Outcome(server.ResidentMiB))) { LowerIsBetter = true, Limit = 120 },
            new Workload("start to first answer", "ms", (server, _) => Starting(server.Name == ours.Name ? ours : theirs, memory)) { LowerIsBetter = true, Limit = 1000 },
        ]);
    }

    /// <summary>What it costs to tell an endpoint of each pull and push: the portal against itself without one, and against the other with one.</summary>
    private static IEnumerable<Scene> WithEndpoint(ServerKind ours, ServerKind theirs, string memory)
    {
        var told = Told(ours with
        {
            // So many wait that none of the measured pulls is left out.
            Settings = (port, folder) => $"portal: {{addr: '127.0.0.1:{port}', datadirectory: {folder}, notifications: {{maxwaiting: 1000000000}}}}",
        });
        yield return new Scene("endpoint", () => Together(told, ours, memory, root => Seed.Repositories(root, 1)), [
            Requests.Get("manifest GET by digest, portal with an endpoint : portal without", ByDigest, 0),
            Requests.Get("blob GET of 1 KiB, portal with an endpoint : portal without", Blob, 0),
        ]);
        yield return new Scene("endpoint, push", () => Apart(told, ours, memory), [
            Transfers.PushSmall("push 1,000 × 1 KiB, portal with an endpoint : portal without", 1000, 1024, target: 0),
        ]);
        yield return new Scene("endpoints", () => Together(told, Told(theirs), memory, root => Seed.Repositories(root, 1)), [
            Requests.Get("manifest GET by digest, both with an endpoint", ByDigest, 0),
        ]);
    }

    private static ServerKind Told(ServerKind kind) => kind with
    {
        Settings = (port, folder) => $"{kind.Settings(port, folder)}\nnotifications: {{endpoints: [{{name: bench, timeout: 10s, url: '{EventSink.Shared.Address}'}}]}}",
    };

    private static Workload[] Reads(double manifests, double blobs) =>
    [
        Requests.Get("manifest GET by tag", ByTag, manifests),
        Requests.Get("manifest GET by digest", ByDigest, manifests),
        Requests.Ask("HEAD", "manifest HEAD by tag", ByTag, manifests, null),
        Requests.Ask("HEAD", "manifest HEAD by digest", ByDigest, manifests, null),
        Requests.Get("blob GET of 1 KiB", Blob, blobs),
        Requests.Ask("HEAD", "blob HEAD of 1 KiB", Blob, blobs, null),
    ];

    private static IEnumerable<Workload> WithPassword(double target, string authorization) =>
        from resource in new[] { ("manifest", "by tag", ByTag), ("manifest", "by digest", ByDigest), ("blob", "of 1 KiB", Blob) }
        from method in Methods
        select Requests.Ask(method, $"{resource.Item1} {method} {resource.Item2}, htpasswd", resource.Item3, target, authorization);

    /// <summary>Each with a store of its own, which is empty.</summary>
    private static Pair Apart(ServerKind ours, ServerKind theirs, string folder)
    {
        var own = CreateFolder(folder);
        return new Pair(
            Server.Start(ours, Path.Combine(own, ours.Name), own, null), Server.Start(theirs, Path.Combine(own, theirs.Name), own, null), own);
    }

    /// <summary>Both on the same store, which nobody changes.</summary>
    /// <param name="indexed">The repository that <c>_catalog</c> must know before anything is measured; null where it does not matter.</param>
    private static Pair Together(
        ServerKind ours, ServerKind theirs, string folder, Action<string> seed, string? indexed = null, bool withPassword = false)
    {
        var own = CreateFolder(folder);
        var root = Path.Combine(own, "store");
        seed(root);
        var htpasswd = withPassword ? WriteHtpasswd(own) : null;
        var pair = new Pair(Server.Start(ours, root, own, htpasswd), Server.Start(theirs, root, own, htpasswd), own);
        if (indexed is not null)
        {
            WaitUntilIndexed(pair.Ours, indexed);
        }

        return pair;
    }

    /// <summary>
    /// An index that is being built answers from the store meanwhile, and takes what the requests would need: a figure of
    /// that time says nothing. It is done when the server has nothing to do for three seconds and knows the last name.
    /// </summary>
    private static void WaitUntilIndexed(Server server, string repository)
    {
        var clock = Stopwatch.StartNew();
        using var connection = new HttpConnection(server.Port);
        using var never = new ManualResetEventSlim();
        for (var (quiet, before) = (0, server.CpuSeconds); quiet < 3; before = server.CpuSeconds)
        {
            never.Wait(TimeSpan.FromSeconds(1));
            quiet = server.CpuSeconds - before < 0.05 ? quiet + 1 : 0;
            if (clock.Elapsed > TimeSpan.FromMinutes(10))
            {
                throw new BenchException($"{server.Name} did not index {repository} within ten minutes");
            }
        }

        // Behind the last but one stands one more.
        if (connection.Send("GET", $"/v2/_catalog?n=1&last={repository}").Expect(200).BodyLength <= repository.Length + 16)
        {
            throw new BenchException($"{server.Name} has nothing to do, and does not know what is behind {repository}");
        }

        Console.Error.WriteLine($"{server.Name} indexed the store in {clock.Elapsed.TotalSeconds - 3:0} s");
    }

    private static string CreateFolder(string parent)
    {
        return Directory.CreateDirectory(Path.Combine(parent, "bench-" + Guid.NewGuid().ToString("N"))).FullName;
    }

    private static string WriteHtpasswd(string folder)
    {
        var path = Path.Combine(folder, "htpasswd");
        var start = new ProcessStartInfo("htpasswd", ["-Bbn", "-C", "10", "bench", Password]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        File.WriteAllText(path, process.StandardOutput.ReadToEnd().Trim() + "\n");
        return path;
    }

    private static Turn Starting(ServerKind kind, string folder)
    {
        var own = CreateFolder(folder);
        Server? started = null;
        return new Turn(
            () => new Outcome((started = Server.Start(kind, Path.Combine(own, "store"), own, null)).StartTime.TotalMilliseconds),
            () =>
            {
                started?.Dispose();
                Directory.Delete(own, recursive: true);
            });
    }
}
