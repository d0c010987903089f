using System.Diagnostics;
using System.Globalization;
using Portal.Bench.Index;
using Portal.Storage.Accounts;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;

// seed FILE [REPOSITORIES [TAGS-EACH]]     writes an index; the file may belong to a portal that runs
// image REGISTRY COUNT                     pushes images of many files, and prints their digests
// measure FILE [PART-OF-A-NAME]            asks it what the pages ask, and prints a table in Markdown
var (command, path) = (args[0], args[1]);
if (command == "image")
{
    using var registry = new HttpClient { BaseAddress = new Uri(path) };
    for (var number = 0; number < int.Parse(args[2], CultureInfo.InvariantCulture); number++)
    {
        Console.WriteLine(await Image.PushAsync(registry, number));
    }

    return;
}

var file = new IndexFile(path);
if (command == "seed")
{
    var clock = Stopwatch.StartNew();
    var repositories = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 100_000;
    var tags = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 10;
    await file.MigrateAsync();
    await Seed.WriteAsync(file, repositories, tags, largeTags: 10_000);
    Console.Error.WriteLine($"{repositories:N0} repositories, {repositories * tags:N0} tags in {clock.Elapsed.TotalSeconds:0} s, {new FileInfo(path).Length / 1048576:N0} MiB");
    return;
}

var index = new CatalogIndex(file, TimeProvider.System);
var tree = new CatalogTree(file, TimeProvider.System);
var search = new CatalogSearch(file);
var wanted = args.Length > 2 ? args[2] : string.Empty;
var one = Seeing("team-0042/**");
var half = Seeing("team-00*/**", "team-01*/**", "team-02*/**", "team-03*/**", "team-04*/**");
var pattern = Seeing("*/app-1*");
var hex = Seed.Digest(123_456)[7..];

Console.WriteLine("| asked of the index | fastest ms | median ms | slowest ms | found |");
Console.WriteLine("| --- | ---: | ---: | ---: | ---: |");
await AskAsync("catalog, first page", () => PageAsync(new RepositoryQuery()));
await AskAsync("catalog, last page", () => PageAsync(new RepositoryQuery { Skip = 99_950 }));
await AskAsync("catalog, largest first", () => PageAsync(new RepositoryQuery { Sort = RepositorySort.Size, Descending = true }));
await AskAsync("catalog, name holds `a`", () => PageAsync(new RepositoryQuery { Search = "a" }));
await AskAsync("catalog, for linux/arm64", () => PageAsync(new RepositoryQuery { Platform = "linux/arm64" }));
await AskAsync("catalog, no chart there", () => PageAsync(new RepositoryQuery { Kind = ArtifactKind.Chart }));
await AskAsync("catalog, unsigned and large, newest first", () => PageAsync(new RepositoryQuery
{
    HasUnsigned = true,
    MinSize = 500_000_000,
    Sort = RepositorySort.LastPush,
    Descending = true,
}));
await AskAsync("catalog, not pulled for 90 days, longest ago first", () => PageAsync(new RepositoryQuery
{
    Pulled = PullAge.NotFor(90),
    Sort = RepositorySort.LastPull,
}));
await AskAsync("catalog, pulled in the last 7 days", () => PageAsync(new RepositoryQuery { Pulled = PullAge.Within(7) }));
await AskAsync("catalog, never pulled", () => PageAsync(new RepositoryQuery { Pulled = PullAge.Never }));
await AskAsync("catalog, sees half by patterns", () => PageAsync(new RepositoryQuery(), half));
await AskAsync("catalog, sees `*/app-1*`", () => PageAsync(new RepositoryQuery(), pattern));
await AskAsync("tree, first level (1,001 namespaces)", () => LevelAsync(new RepositoryQuery()));
await AskAsync("tree, first level, largest first", () => LevelAsync(new RepositoryQuery { Sort = RepositorySort.Size, Descending = true }));
await AskAsync("tree, one namespace", () => LevelAsync(new RepositoryQuery { In = "team-0042/" }));
await AskAsync("tree, first level, for linux/arm64", () => LevelAsync(new RepositoryQuery { Platform = "linux/arm64" }));
await AskAsync("tree, first level, name holds `a`", () => LevelAsync(new RepositoryQuery { Search = "a" }));
await AskAsync("tree, first level, sees half by patterns", () => LevelAsync(new RepositoryQuery(), half));
await AskAsync("tree, first level, sees `*/app-1*`", () => LevelAsync(new RepositoryQuery(), pattern));
await AskAsync("facets", async () => (await tree.FindFacetsAsync(RepositoryFilter.All, default)).Platforms.Count);
foreach (var text in new[] { "a", "app-42", "team-0999/app-99", "zzzzzz" })
{
    await AskAsync($"search repositories `{text}`", () => RepositoriesAsync(text));
}

foreach (var text in new[] { "v", "latest", "v1.2.4", "test", "zq", "zzzzzz", Seed.Tag(99_999, 9)[4..10], "team-0042/app-07:v1" })
{
    await AskAsync($"search tags `{text}`", () => TagsAsync(text));
}

await AskAsync("search tags `e`, sees one team", () => TagsAsync("e", one));
await AskAsync("search tags `zzzzzz`, sees one team", () => TagsAsync("zzzzzz", one));
await AskAsync("search tags `latest`, sees half", () => TagsAsync("latest", half));
await AskAsync("search tags `latest`, sees `*/app-1*`", () => TagsAsync("latest", pattern));
await AskAsync("search digests, 4 digits", () => DigestsAsync(hex[..4]));
await AskAsync("search digests, 12 digits", () => DigestsAsync(hex[..12]));
await AskAsync("search digests, 4 digits, sees half", () => DigestsAsync(hex[..4], half));
foreach (var text in new[] { "org", "opencontainers", "build-654321", "team-0042@example", "zzzzzz", "build-9999999" })
{
    await AskAsync($"search labels `{text}`", () => LabelsAsync(text));
}

await AskAsync("search labels `maintainer`, sees one team", () => LabelsAsync("maintainer", one));
await AskAsync("search labels `build-99`, sees half", () => LabelsAsync("build-99", half));
await AskAsync("10,000 tags, newest first", () => LargeAsync(new TagQuery()));
await AskAsync("10,000 tags, by size", () => LargeAsync(new TagQuery { Sort = TagSort.Size }));
await AskAsync("10,000 tags, by last pull", () => LargeAsync(new TagQuery { Sort = TagSort.LastPull }));
await AskAsync("10,000 tags, never pulled", () => LargeAsync(new TagQuery { Pulled = PullAge.Never }));
await AskAsync("10,000 tags, name holds `99`", () => LargeAsync(new TagQuery { Search = "99" }));

async Task AskAsync(string name, Func<Task<int>> ask)
{
    if (!name.Contains(wanted, StringComparison.OrdinalIgnoreCase))
    {
        return;
    }

    // The first one compiles the query.
    var found = await ask();
    var times = new List<double>();
    for (var round = 0; round < 15; round++)
    {
        var start = Stopwatch.GetTimestamp();
        await ask();
        times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    times.Sort();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {times[0]:0.0} | {times[times.Count / 2]:0.0} | {times[^1]:0.0} | {found:N0} |"));
}

RepositoryFilter Seeing(params string[] patterns) => RepositoryFilter.Of([.. patterns.Select(RepositoryPattern.Parse)]);

async Task<int> PageAsync(RepositoryQuery query, RepositoryFilter? visible = null)
{
    return (await index.FindRepositoriesAsync(query, visible ?? RepositoryFilter.All, default)).Total;
}

async Task<int> LevelAsync(RepositoryQuery query, RepositoryFilter? visible = null)
{
    return (await tree.FindLevelAsync(query, visible ?? RepositoryFilter.All, default)).Total;
}

async Task<int> RepositoriesAsync(string text, RepositoryFilter? visible = null)
{
    return (await search.FindRepositoriesAsync(SearchText.Parse(text)!, 0, 10, visible ?? RepositoryFilter.All, default)).Items.Count;
}

async Task<int> TagsAsync(string text, RepositoryFilter? visible = null)
{
    return (await search.FindTagsAsync(SearchText.Parse(text)!, 0, 10, visible ?? RepositoryFilter.All, default)).Items.Count;
}

async Task<int> DigestsAsync(string text, RepositoryFilter? visible = null)
{
    return (await search.FindDigestsAsync(SearchText.Parse(text)!, 0, 10, visible ?? RepositoryFilter.All, default)).Items.Count;
}

async Task<int> LabelsAsync(string text, RepositoryFilter? visible = null)
{
    return (await search.FindLabelsAsync(SearchText.Parse(text)!, 0, 10, visible ?? RepositoryFilter.All, default)).Items.Count;
}

async Task<int> LargeAsync(TagQuery query)
{
    return (await index.FindTagsAsync(RepositoryName.Parse(Seed.LargeRepository), query, default)).Total;
}
