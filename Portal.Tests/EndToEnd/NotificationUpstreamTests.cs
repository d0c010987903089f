using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>The same clients do the same at Debian's <c>docker-registry</c> and at ours: endpoints of both are told the same.</summary>
public sealed class NotificationUpstreamTests(ITestOutputHelper output) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EventsOfRealClients_AreUpstreams_FieldByField()
    {
        var images = await BuildAsync();
        var theirs = await ListenAsync("theirs", ActAsync, images);
        var ours = await ListenAsync("ours", ActAsync, images);

        Assert.Equal(theirs, ours);
        output.WriteLine($"{ours.Count} events are the same: {string.Join(", ", ours.GroupBy(Action).Select(group => $"{group.Count()} {group.Key}"))}");
        Assert.Equal(["delete", "mount", "pull", "push"], ours.Select(Action).Distinct().Order());
    }

    [Fact]
    public async Task DeletedTag_IsTold_WithRepositoryAndTag()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var address = ChildProcess.FreeAddress();
        await using var portal = await StartOursAsync(address, receiver.Address);
        using var client = new RegistryClient(address);
        await client.PushImageAsync("team/app", "1");

        using var answer = await client.SendAsync(HttpMethod.Delete, "/v2/team/app/manifests/1");

        var deletion = await Patience.UntilAsync(
            () => receiver.Received.FirstOrDefault(received => received.Summary == "delete team/app:1"), "the deletion");
        Assert.Equal("""{"repository":"team/app","tag":"1"}""", deletion.Event["target"]!.ToJsonString());
        Assert.Equal("DELETE", (string?)deletion.Event["request"]!["method"]);
    }

    /// <summary>What each client does, a step after the other; and what their endpoint got, without what is each server's own.</summary>
    private async Task<List<string>> ListenAsync(string whose, Func<Uri, RegistryClient, string, Task> act, string images)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var address = ChildProcess.FreeAddress();
        await using var registry = whose == "ours" ? await StartOursAsync(address, receiver.Address) : await StartTheirsAsync(address, receiver.Address);
        using var client = new RegistryClient(address);
        await act(address, client, images);

        // The last thing that is done.
        await Patience.UntilAsync(() => receiver.Received.FirstOrDefault(received => received.Summary.Contains("the/end", StringComparison.Ordinal)), "the last event");
        Assert.All(receiver.Received, received => AssertRequest(received, address));

        // buildah pushes layers and images side by side.
        return [.. receiver.Received.Select(received => Normalise(received.Event, address)).Order(StringComparer.Ordinal)];
    }

    private async Task ActAsync(Uri address, RegistryClient client, string images)
    {
        var registry = address.Authority;
        await SkopeoAsync("copy", $"oci-archive:{images}/app.tar", $"docker://{registry}/team/app:1");
        await SkopeoAsync("copy", "--format", "v2s2", $"oci-archive:{images}/app.tar", $"docker://{registry}/team/docker:1");
        await BuildahAsync("manifest", "push", "--all", "--tls-verify=false", "multi", $"docker://{registry}/team/multi:1");
        await SkopeoAsync("copy", $"docker://{registry}/team/app:1", $"dir:{_folder.Combine("pulled-" + address.Port)}");
        await SkopeoAsync("copy", "--all", $"docker://{registry}/team/multi:1", $"dir:{_folder.Combine("pulled-all-" + address.Port)}");

        using var manifest = await AskAsync(client, HttpMethod.Get, "/v2/team/app/manifests/1");
        var content = await manifest.Content.ReadAsByteArrayAsync();
        var layer = (string)JsonNode.Parse(content)!["layers"]![0]!["digest"]!;
        var digest = Digest.Of(content).ToString();
        using var mounted = await client.SendAsync(HttpMethod.Post, $"/v2/team/other/blobs/uploads/?mount={layer}&from=team/app");
        using var head = await AskAsync(client, HttpMethod.Head, "/v2/team/app/manifests/1");
        using var blobHead = await client.SendAsync(HttpMethod.Head, $"/v2/team/app/blobs/{layer}");
        using var range = await AskAsync(client, HttpMethod.Get, $"/v2/team/app/blobs/{layer}", "Range", "bytes=0-3");
        using var known = await AskAsync(client, HttpMethod.Get, "/v2/team/app/manifests/1", "If-None-Match", $"\"{digest}\"");
        using var unknown = await client.GetAsync("/v2/team/app/manifests/none");
        using var tagged = await client.PutManifestAsync("team/app", "2", content, MediaTypes.OciManifest);
        using var blob = await client.SendAsync(HttpMethod.Delete, $"/v2/team/other/blobs/{layer}");
        using var deleted = await client.SendAsync(HttpMethod.Delete, $"/v2/team/app/manifests/{digest}");
        await client.PushBlobAsync("the/end", "end"u8.ToArray());
    }

    private static Task<HttpResponseMessage> AskAsync(
        RegistryClient client, HttpMethod method, string path, string? header = null, string? value = null)
    {
        return client.SendAsync(method, path, change: request =>
        {
            request.Headers.TryAddWithoutValidation("Accept", MediaTypes.OciManifest);
            if (header is not null)
            {
                request.Headers.TryAddWithoutValidation(header, value);
            }
        });
    }

    private static void AssertRequest(ReceivedEvent received, Uri address)
    {
        Assert.Equal("POST", received.Method);
        Assert.Equal(["application/vnd.docker.distribution.events.v1+json"], received.Headers["Content-Type"]);
        Assert.Equal(["Bearer of news"], received.Headers["Authorization"]);
        Assert.Equal(["a", "b"], received.Headers["X-Two"].SelectMany(value => value!.Split(", ")));
        Assert.True(Guid.TryParse((string?)received.Event["id"], out _));
        Assert.True(Guid.TryParse((string?)received.Event["request"]!["id"], out _));
        Assert.True(Guid.TryParse((string?)received.Event["source"]!["instanceID"], out _));
        Assert.EndsWith($":{address.Port}", (string?)received.Event["source"]!["addr"], StringComparison.Ordinal);
        Assert.StartsWith("127.0.0.1:", (string?)received.Event["request"]!["addr"], StringComparison.Ordinal);
        var timestamp = (string)received.Event["timestamp"]!;
        Assert.EndsWith("Z", timestamp, StringComparison.Ordinal);
        Assert.True(DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, out _));
    }

    /// <summary>Every field with its value and its place, but for what no two requests share.</summary>
    private static string Normalise(JsonObject registryEvent, Uri address)
    {
        registryEvent["id"] = "ID";
        registryEvent["timestamp"] = "TIME";
        registryEvent["request"]!["id"] = "ID";
        registryEvent["request"]!["addr"] = "CLIENT";
        registryEvent["source"]!["instanceID"] = "ID";
        registryEvent["source"]!["addr"] = registryEvent["source"]!["addr"]!.GetValue<string>().Split(':')[0];
        return registryEvent.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })
            .Replace(address.Authority, "REGISTRY", StringComparison.Ordinal);
    }

    private static string Action(string registryEvent) => (string)JsonNode.Parse(registryEvent)!["action"]!;

    private static string Section(Uri receiver) => $$"""
        notifications:
          events: { includereferences: true }
          endpoints:
            - { name: listener, url: "{{receiver}}", timeout: 20s, headers: { Authorization: [Bearer of news], X-Two: [a, b] } }
        """;

    private Task<ChildProcess> StartTheirsAsync(Uri address, Uri receiver) =>
        UpstreamProcess.StartAsync(address, _folder, Section(receiver));

    private async Task<ChildProcess> StartOursAsync(Uri address, Uri receiver)
    {
        var configuration = _folder.Combine("ours.yml");
        await File.WriteAllTextAsync(configuration, $$"""
            version: 0.1
            storage: { filesystem: { rootdirectory: "{{_folder.Combine("ours")}}" }, delete: { enabled: true } }
            http: { addr: "{{address.Authority}}" }
            portal: { addr: "" }
            {{Section(receiver)}}
            """);
        return await PortalProcess.StartFromFileAsync(address, configuration);
    }

    /// <summary>Images that are pushed to both, so that each digest is the same.</summary>
    private async Task<string> BuildAsync()
    {
        await File.WriteAllTextAsync(_folder.Combine("hello.txt"), "hello");
        await BuildahAsync("manifest", "create", "multi");
        foreach (var architecture in new[] { "amd64", "arm64" })
        {
            var container = (await BuildahAsync("from", "--arch", architecture, "scratch")).Trim();
            await BuildahAsync("copy", container, _folder.Combine("hello.txt"), $"/{architecture}.txt");
            await BuildahAsync("commit", container, architecture);
            await BuildahAsync("manifest", "add", "multi", architecture);
        }

        await BuildahAsync("push", "amd64", $"oci-archive:{_folder.Combine("app.tar")}");
        return _folder.Path;
    }

    private Task<string> BuildahAsync(string command, params string[] arguments)
    {
        string[] storage = ["--storage-driver", "vfs", "--root", _folder.Combine("root"), "--runroot", _folder.Combine("run")];
        return ChildProcess.RunAsync("buildah", [.. storage, command, .. arguments]);
    }

    private static Task<string> SkopeoAsync(string command, params string[] arguments)
    {
        // Neither server is spoken to by another way than the other one.
        string[] plain = ["--src-tls-verify=false", "--dest-tls-verify=false"];
        return ChildProcess.RunAsync("skopeo", ["--insecure-policy", command, .. plain, .. arguments]);
    }
}
