using Portal.Registry.Health;
using Portal.Storage.History;

namespace Portal.Web.Api;

/// <summary>The health checks and what became of them, for administrators.</summary>
internal sealed class HealthApi(HealthReport report) : ApiResource
{
    public override string Name => "Health";

    public override IEnumerable<ApiOperation> Operations => All.Select(operation => operation with { IsForAdministrators = true });

    private IEnumerable<ApiOperation> All =>
    [
        ApiOperation.Get("getHealth", "health", "How each check stands", ApiJson.Default.ApiHealth, Get) with
        {
            Note = "For balancers and probes there is /readyz, which asks for no credentials.",
        },
        ApiOperation.List("listHealthChanges", "health/changes", "When checks began to fail and healed, newest first", ApiJson.Default.ApiListApiHealthChange, ListAsync),
    ];

    private Task<ApiHealth?> Get(ApiRequest request)
    {
        var checks = report.Checks(request.Who);
        return Task.FromResult<ApiHealth?>(new ApiHealth { IsInService = !checks.Any(check => check.IsFailing), Checks = [.. checks.Select(ToAnswer)] });
    }

    private async Task<ApiList<ApiHealthChange>?> ListAsync(ApiRequest request) =>
        request.Page(await report.ChangesAsync(request.Who, request.Skip, request.Limit, request.Aborted), ToAnswer);

    private static ApiHealthCheck ToAnswer(CheckState check) => new()
    {
        Name = check.Name,
        Kind = check.Kind,
        IsFailing = check.IsFailing,
        FailuresInARow = check.FailuresInARow,
        Threshold = check.Pace.Threshold,
        IntervalSeconds = check.Pace.Interval.TotalSeconds,
        Message = check.Message,
        LastRun = check.LastRun,
        Milliseconds = check.Duration.TotalMilliseconds,
    };

    private static ApiHealthChange ToAnswer(HealthChange change) => new() { Time = change.Time, Check = change.Check, IsHealthy = change.IsHealthy, Message = change.Message?.ToString() };
}

/// <summary>How the checks stand.</summary>
internal sealed record ApiHealth
{
    /// <summary>No check fails: pushes and pulls are answered.</summary>
    public required bool IsInService { get; init; }

    /// <summary>In the order of the configuration; none when it names none.</summary>
    public required IReadOnlyList<ApiHealthCheck> Checks { get; init; }
}

/// <summary>How a check stands.</summary>
internal sealed record ApiHealthCheck
{
    /// <summary>As the registry names it; no two are the same.</summary>
    public required string Name { get; init; }

    /// <summary>What is looked at: storage, file, http or tcp.</summary>
    public required string Kind { get; init; }

    /// <summary>As many failures in a row as count: the registry is out of service.</summary>
    public required bool IsFailing { get; init; }

    /// <summary>Failures since the last success, up to the threshold.</summary>
    public required int FailuresInARow { get; init; }

    /// <summary>How many failures in a row count.</summary>
    public required int Threshold { get; init; }

    /// <summary>How often it is looked.</summary>
    public required double IntervalSeconds { get; init; }

    /// <summary>What was wrong at the last look; null when all was well.</summary>
    public string? Message { get; init; }

    /// <summary>Null when it was not looked yet.</summary>
    public DateTimeOffset? LastRun { get; init; }

    /// <summary>How long the last look took.</summary>
    public required double Milliseconds { get; init; }
}

/// <summary>A check began to fail, or healed.</summary>
internal sealed record ApiHealthChange
{
    /// <summary>When.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The check's name.</summary>
    public required string Check { get; init; }

    /// <summary>Whether it healed.</summary>
    public required bool IsHealthy { get; init; }

    /// <summary>What was wrong; null when it healed.</summary>
    public string? Message { get; init; }
}
