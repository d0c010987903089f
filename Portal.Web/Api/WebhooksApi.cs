using Portal.Registry.Notifications;

namespace Portal.Web.Api;

/// <summary>Endpoints that events are sent to, for administrators.</summary>
internal sealed class WebhooksApi(WebhookAdministration webhooks) : ApiResource
{
    public override string Name => "Webhooks";

    public override IEnumerable<ApiOperation> Operations => All.Select(operation => operation with { IsForAdministrators = true });

    private IEnumerable<ApiOperation> All =>
    [
        ApiOperation.Get("listWebhooks", "webhooks", "Endpoints, with how it stands with each", ApiJson.Default.IReadOnlyListApiWebhook, ListAsync) with
        {
            Note = "All at once: they are as many as the configuration names. Headers and secrets of an endpoint are told nobody.",
        },
        ApiOperation.Get("getWebhook", "webhooks/{webhook}", "An endpoint", ApiJson.Default.ApiWebhook, FindAsync),
        ApiOperation.Do("testWebhook", HttpMethods.Post, "webhooks/{webhook}/test", "Sends an event of a push that never was", TestAsync),
        ApiOperation.Do("pauseWebhook", HttpMethods.Post, "webhooks/{webhook}/pause", "Holds back what comes for an endpoint", request =>
            IfThereAsync(request, name => webhooks.PauseAsync(request.Who, name, request.Aborted))),
        ApiOperation.Do("resumeWebhook", HttpMethods.Post, "webhooks/{webhook}/resume", "Sends what was held back", request =>
            IfThereAsync(request, name => webhooks.ResumeAsync(request.Who, name, request.Aborted))),
        ApiOperation.Change(
            "redeliverFailed", HttpMethods.Post, "webhooks/{webhook}/redeliver", "Sends all again that an endpoint was not given, in their order", ApiJson.Default.ApiRedelivered, RedeliverAsync),
    ];

    private async Task<IReadOnlyList<ApiWebhook>?> ListAsync(ApiRequest request) => [.. (await webhooks.ListAsync(request.Who, request.Aborted)).Select(ToAnswer)];

    private async Task<ApiWebhook?> FindAsync(ApiRequest request)
    {
        var rows = await webhooks.ListAsync(request.Who, request.Aborted);
        return rows.FirstOrDefault(row => row.Name == request.InPath("webhook")) is { } found ? ToAnswer(found) : null;
    }

    private async Task<bool> TestAsync(ApiRequest request)
    {
        var isSent = false;
        return await IfThereAsync(request, async name => isSent = await webhooks.SendTestAsync(request.Actor, name, request.Aborted))
            && (isSent ? true : throw new ApiException(
                StatusCodes.Status409Conflict, "CONFLICT", $"the endpoint \"{request.InPath("webhook")}\" is switched off or removed: switch it on by putWebhookSettings, or add it anew"));
    }

    private async Task<ApiRedelivered?> RedeliverAsync(ApiRequest request) => await FindAsync(request) is { } row
        ? new ApiRedelivered { Count = await webhooks.RedeliverFailedAsync(request.Who, row.Name, request.Aborted) }
        : null;

    private async Task<bool> IfThereAsync(ApiRequest request, Func<string, Task> act)
    {
        if (await FindAsync(request) is not { } row)
        {
            return false;
        }

        await act(row.Name);
        return true;
    }

    internal static ApiWebhook ToAnswer(WebhookRow row) => new()
    {
        Name = row.Name,
        Url = row.Url,
        Format = row.Format,
        State = row.State,
        PausedAt = row.Pause?.Since,
        PausedBy = row.Pause?.By,
        Waiting = row.Waiting,
        Delivered = row.Delivered,
        Failed = row.Failed,
        Dropped = row.Dropped,
        LastDelivered = row.LastDelivered,
        LastError = row.LastError?.ToString(),
    };
}

/// <summary>Deliveries that are sent again.</summary>
internal sealed record ApiRedelivered
{
    /// <summary>How many.</summary>
    public required int Count { get; init; }
}

/// <summary>An endpoint.</summary>
internal sealed record ApiWebhook
{
    /// <summary>As the configuration names it.</summary>
    public required string Name { get; init; }

    /// <summary>Without the secrets that may be in it; null for one that was removed from the configuration.</summary>
    public string? Url { get; init; }

    /// <summary>In which form it is told.</summary>
    public required PayloadFormat Format { get; init; }

    /// <summary>How it stands with it.</summary>
    public required WebhookState State { get; init; }

    /// <summary>Null when it is not paused.</summary>
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>Null when it is not paused, or by nobody with a name.</summary>
    public string? PausedBy { get; init; }

    /// <summary>Events that wait for it.</summary>
    public required long Waiting { get; init; }

    /// <summary>Events of the last 24 hours that it took.</summary>
    public required long Delivered { get; init; }

    /// <summary>Events of the last 24 hours that were given up.</summary>
    public required long Failed { get; init; }

    /// <summary>Pulls that were not sent since the start, because too many waited.</summary>
    public required long Dropped { get; init; }

    /// <summary>Null for never.</summary>
    public DateTimeOffset? LastDelivered { get; init; }

    /// <summary>Why a request failed last; null when there is nothing to tell.</summary>
    public string? LastError { get; init; }
}
