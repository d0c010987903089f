using Portal.Registry.Activity;
using Portal.Storage.History;

namespace Portal.Web.Api;

/// <summary>What happened to repositories that the one who asks may pull from.</summary>
internal sealed class ActivityApi(ActivityHistory history) : ApiResource
{
    public override string Name => "Activity";

    public override IEnumerable<ApiOperation> Operations =>
    [
        ApiOperation.List(
            "listActivity",
            "activity",
            "Pushes, pulls, mounts and deletions, newest first",
            ApiJson.Default.ApiListApiActivity,
            ListAsync,
            ApiParameter.Search with { Description = "A part of a repository, tag, digest or user, whatever its case" },
            ApiParameter.Choice<ActivityKind>("kind", "Of this kind alone"),
            new ApiParameter("repository", "Of exactly this repository", "team/app"),
            new ApiParameter("actor", "Of exactly this user", "ada"),
            ApiParameter.From,
            ApiParameter.Until),
    ];

    private async Task<ApiList<ApiActivity>?> ListAsync(ApiRequest request)
    {
        var query = new ActivityQuery
        {
            Search = request.Text("q"),
            Kind = request.Choice<ActivityKind>("kind"),
            Repository = request.Text("repository"),
            Actor = request.Text("actor"),
            From = request.From,
            Until = request.Until,
            Skip = request.Skip,
            Take = request.Limit,
        };
        return request.Page(await history.FindAsync(request.Who, query, request.Aborted), ToAnswer);
    }

    private static ApiActivity ToAnswer(ActivityEntry row) => new()
    {
        Id = row.Id,
        Time = row.Time,
        Kind = row.Kind,
        Repository = row.Repository,
        Tag = row.Tag,
        Digest = row.Digest,
        MediaType = row.MediaType,
        Size = row.Size,
        FromRepository = row.FromRepository,
        Actor = row.Actor,
        Address = row.Address,
        UserAgent = row.UserAgent,
        Count = row.Count,
        Detail = row.Detail?.ToString(),
    };
}

/// <summary>One thing that happened, or pulls of the same thing by the same client within a short time.</summary>
internal sealed record ApiActivity
{
    /// <summary>Its number; newer ones are greater.</summary>
    public required long Id { get; init; }

    /// <summary>When it happened; of several pulls the first.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What happened.</summary>
    public required ActivityKind Kind { get; init; }

    /// <summary>Null for what concerns no single repository.</summary>
    public string? Repository { get; init; }

    /// <summary>Null when it was by digest.</summary>
    public string? Tag { get; init; }

    /// <summary>Of the manifest or blob.</summary>
    public string? Digest { get; init; }

    /// <summary>Of the manifest or blob.</summary>
    public string? MediaType { get; init; }

    /// <summary>Bytes; null when it is not known.</summary>
    public long? Size { get; init; }

    /// <summary>Where a mounted blob came from.</summary>
    public string? FromRepository { get; init; }

    /// <summary>Who did it; null for nobody with a name.</summary>
    public string? Actor { get; init; }

    /// <summary>Where from; told to administrators, and to the one who did it.</summary>
    public string? Address { get; init; }

    /// <summary>By which program; told to administrators, and to the one who did it.</summary>
    public string? UserAgent { get; init; }

    /// <summary>How many there were: more than one for pulls alone.</summary>
    public required int Count { get; init; }

    /// <summary>What else there is to tell, to administrators.</summary>
    public string? Detail { get; init; }
}
