using Portal.Registry;
using Portal.Registry.Tagging;
using Portal.Storage.History;
using Portal.Storage.Oci;

namespace Portal.Web.Api;

/// <summary>What tags pointed to, and the way back.</summary>
internal sealed class TagHistoryApi(TagHistory history) : ApiResource
{
    public override string Name => "Tag history";

    public override IEnumerable<ApiOperation> Operations =>
    [
        ApiOperation.Get("getTagHistory", "repositories/{name}/-/tags/{tag}/history", "What a tag points to and pointed to, newest first", ApiJson.Default.ApiTagHistory, GetAsync),
        ApiOperation.Do("restoreTag", HttpMethods.Post, "repositories/{name}/-/tags/{tag}/restore", "Puts a tag to a manifest that the repository has", RestoreAsync) with
        {
            Note = "As a push of the same manifest would. When the tag does not point to expected, or somebody else puts or deletes it at the same time, nothing is changed and the answer is 409.",
            Body = ApiJson.Default.ApiRestore,
            Example = $$"""{"digest":"{{ApiParameter.InPath("digest").Example}}"}""",
        },
    ];

    private async Task<ApiTagHistory?> GetAsync(ApiRequest request) =>
        await history.FindAsync(request.Who, request.Name, request.Tag, request.Aborted) is not { } record ? null : new ApiTagHistory
        {
            Digest = record.Current?.Digest.ToString(),
            Changes =
            [
                .. record.Entries.Select(entry => new ApiTagChange
                {
                    Kind = entry.Kind,
                    Digest = entry.Digest.ToString(),
                    Time = entry.Time,
                    Actor = entry.Actor,
                    HasManifest = entry.HasManifest,
                }),
            ],
        };

    private async Task<bool> RestoreAsync(ApiRequest request)
    {
        var wanted = await request.ReadAsync(ApiJson.Default.ApiRestore);
        var digest = ApiRequest.ParseDigest("digest", wanted.Digest);
        Digest? known = wanted.Expected is { } text ? ApiRequest.ParseDigest("expected", text) : null;
        if (await history.FindAsync(request.Who, request.Name, request.Tag, request.Aborted) is not { } record)
        {
            return false;
        }

        await history.RestoreAsync(request.Name, request.Tag, digest, new ExpectedTag(known ?? record.Current?.Digest), request.Actor, request.Aborted);
        return true;
    }
}

/// <summary>What is known of a tag.</summary>
internal sealed record ApiTagHistory
{
    /// <summary>What it points to now; null when there is no such tag any more.</summary>
    public string? Digest { get; init; }

    /// <summary>Newest first; none when it never changed while somebody wrote that down.</summary>
    public required IReadOnlyList<ApiTagChange> Changes { get; init; }
}

/// <summary>A time from which on a tag pointed to a manifest, or was gone.</summary>
internal sealed record ApiTagChange
{
    /// <summary>What happened.</summary>
    public required TagChangeKind Kind { get; init; }

    /// <summary>What it points to since then; of a tag that was deleted, what it pointed to.</summary>
    public required string Digest { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Who did it; null for nobody with a name, or when it is not known.</summary>
    public string? Actor { get; init; }

    /// <summary>Whether the repository still has the manifest, so that the tag can be put back to it.</summary>
    public required bool HasManifest { get; init; }
}

/// <summary>Where a tag is put back to.</summary>
internal sealed record ApiRestore
{
    /// <summary>Of a manifest that the repository has.</summary>
    public required string Digest { get; init; }

    /// <summary>What the tag points to as the client knows it, so that a later push is not overwritten; without it, whatever it points to.</summary>
    public string? Expected { get; init; }
}
