using System.Text.Json;
using Portal.Registry.Notifications;
using Portal.Storage.History;
using Portal.Web.Components.Webhooks;

namespace Portal.Web.Api;

/// <summary>An event on its way to an endpoint.</summary>
internal sealed record ApiDelivery
{
    /// <summary>Its number; newer ones are greater.</summary>
    public required long Id { get; init; }

    /// <summary>The event's own id, the same at every endpoint.</summary>
    public required string EventId { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What happened: push, pull, mount or delete.</summary>
    public required string Action { get; init; }

    /// <summary>Where it happened.</summary>
    public required string Repository { get; init; }

    /// <summary>Null when it was by digest.</summary>
    public string? Tag { get; init; }

    /// <summary>Of the manifest or blob.</summary>
    public string? Digest { get; init; }

    /// <summary>Who caused it; null for nobody with a name.</summary>
    public string? Actor { get; init; }

    /// <summary>How far it is.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>How often it was tried.</summary>
    public required int AttemptCount { get; init; }

    /// <summary>Null when it was not tried yet.</summary>
    public DateTimeOffset? LastAttempt { get; init; }

    /// <summary>Null when it is not tried again, or at once.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>Of the last answer; null when none came.</summary>
    public int? LastStatus { get; init; }

    /// <summary>Why the last attempt failed; null when it did not.</summary>
    public string? LastError { get; init; }

    internal static ApiDelivery Of(DeliveryRow row) => new()
    {
        Id = row.Id,
        EventId = row.EventId,
        Time = row.Time,
        Action = row.Action,
        Repository = row.Repository,
        Tag = row.Tag,
        Digest = row.Digest,
        Actor = row.Actor,
        State = row.State,
        AttemptCount = row.Attempts,
        LastAttempt = row.LastAttempt,
        NextAttempt = row.NextAttempt,
        LastStatus = row.LastStatus,
        LastError = row.LastError?.ToString(),
    };
}

/// <summary>A delivery with all that is known of it.</summary>
internal sealed record ApiDeliveryDetail
{
    /// <summary>As in a list.</summary>
    public required ApiDelivery Delivery { get; init; }

    /// <summary>The event, in the registry's own form.</summary>
    public required JsonElement Event { get; init; }

    /// <summary>The latest ones, newest first.</summary>
    public required IReadOnlyList<ApiAttempt> Attempts { get; init; }

    internal static ApiDeliveryDetail Of(DeliveryDetail detail)
    {
        using var written = JsonDocument.Parse(detail.Event);
        var envelope = Payload.Of(PayloadFormat.Registry, detail.Event).Body;
        return new ApiDeliveryDetail
        {
            Delivery = ApiDelivery.Of(detail.Row),
            Event = written.RootElement.Clone(),
            Attempts = [.. detail.Attempts.Select(attempt => ApiAttempt.Of(attempt, envelope))],
        };
    }
}

/// <summary>A request of a delivery, and its answer.</summary>
internal sealed record ApiAttempt
{
    /// <summary>From one up.</summary>
    public required int Number { get; init; }

    /// <summary>When it was sent.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public required double Milliseconds { get; init; }

    /// <summary>Without the secrets that may be in it.</summary>
    public required string Url { get; init; }

    /// <summary>A line each, secrets masked.</summary>
    public required string RequestHeaders { get; init; }

    /// <summary>What was sent.</summary>
    public required string RequestBody { get; init; }

    /// <summary>Null when no answer came.</summary>
    public int? Status { get; init; }

    /// <summary>A line each; null when no answer came.</summary>
    public string? ResponseHeaders { get; init; }

    /// <summary>Its beginning, as text; null when no answer came.</summary>
    public string? ResponseBody { get; init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public string? Error { get; init; }

    /// <summary>What the delivery was after it.</summary>
    public required DeliveryState Outcome { get; init; }

    /// <param name="envelope">What was sent where nothing is kept of it.</param>
    internal static ApiAttempt Of(DeliveryAttempt attempt, ReadOnlyMemory<byte> envelope) => new()
    {
        Number = attempt.Number,
        Time = attempt.Time,
        Milliseconds = attempt.Duration.TotalMilliseconds,
        Url = attempt.Url,
        RequestHeaders = attempt.RequestHeaders,
        RequestBody = WebhookText.Text(attempt.RequestBody is { Length: > 0 } body ? body : envelope),
        Status = attempt.Status,
        ResponseHeaders = attempt.ResponseHeaders,
        ResponseBody = attempt.ResponseBody is { } answer ? WebhookText.Text(answer) : null,
        Error = attempt.Error?.ToString(),
        Outcome = attempt.Outcome,
    };
}
