using Portal.Registry.Dashboard;

namespace Portal.Web.Api;

/// <summary>What the registry does and did, for administrators.</summary>
internal sealed class DashboardApi(DashboardReader reader) : ApiResource
{
    public override string Name => "Dashboard";

    public override IEnumerable<ApiOperation> Operations =>
    [
        ApiOperation.Get("getDashboard", "dashboard", "Present figures, and how they were", ApiJson.Default.ApiDashboard, GetAsync) with
        {
            IsForAdministrators = true,
            Query = [ApiParameter.Choice<DashboardSpan>("span", "How far to look back", DashboardSpan.Day)],
        },
    ];

    private async Task<ApiDashboard?> GetAsync(ApiRequest request)
    {
        var view = await reader.ReadAsync(request.Who, request.Choice<DashboardSpan>("span") ?? DashboardSpan.Day, request.Aborted);
        return new ApiDashboard
        {
            RequestsPerSecond = view.Now.RequestsPerSecond,
            LatencyMilliseconds = view.Now.Latency?.TotalMilliseconds,
            RequestsUnderWay = view.Now.UnderWay,
            UploadsUnderWay = view.Now.Uploads,
            RepositoryCount = view.Now.Repositories,
            TagCount = view.Now.Tags,
            Stored = view.Now.Stored,
            StepSeconds = (long)view.Step.TotalSeconds,
            Times = view.Times,
            Series = view.Series,
            MostPulled = [.. view.Pulled.Select(pulled => new ApiPullCount { Repository = pulled.Repository, Reference = pulled.Reference, Count = pulled.Count, LastPull = pulled.LastPulled })],
        };
    }
}

/// <summary>Figures of the registry.</summary>
internal sealed record ApiDashboard
{
    /// <summary>Over the last one to two minutes.</summary>
    public required double RequestsPerSecond { get; init; }

    /// <summary>What 95 of 100 requests of that time did not exceed; null when there were none.</summary>
    public double? LatencyMilliseconds { get; init; }

    /// <summary>Requests under way.</summary>
    public required long RequestsUnderWay { get; init; }

    /// <summary>Those of them that bring a part of a blob.</summary>
    public required int UploadsUnderWay { get; init; }

    /// <summary>Repositories in all.</summary>
    public required int RepositoryCount { get; init; }

    /// <summary>Tags in all.</summary>
    public required long TagCount { get; init; }

    /// <summary>Bytes in blobs, each counted once.</summary>
    public required long Stored { get; init; }

    /// <summary>How long each point of the series is.</summary>
    public required long StepSeconds { get; init; }

    /// <summary>Where the points begin, oldest first.</summary>
    public required IReadOnlyList<DateTimeOffset> Times { get; init; }

    /// <summary>The points of each series, one for each time: requests.answered, requests.refused, requests.failed, bytes.received, bytes.sent, pushes, pulls, storage.</summary>
    public required IReadOnlyDictionary<string, double[]> Series { get; init; }

    /// <summary>What is pulled most.</summary>
    public required IReadOnlyList<ApiPullCount> MostPulled { get; init; }
}

/// <summary>How often something was pulled.</summary>
internal sealed record ApiPullCount
{
    /// <summary>Its repository.</summary>
    public required string Repository { get; init; }

    /// <summary>The tag or digest that was asked for.</summary>
    public required string Reference { get; init; }

    /// <summary>How often.</summary>
    public required long Count { get; init; }

    /// <summary>When the last time was.</summary>
    public required DateTimeOffset LastPull { get; init; }
}
