using Portal.Storage.Reasons;

namespace Portal.Storage.History;

/// <summary>An event for an endpoint, as it comes into the queue.</summary>
public sealed record NewDelivery
{
    /// <summary>The endpoint's name.</summary>
    public required string Endpoint { get; init; }

    public required string EventId { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required string Action { get; init; }

    public required string Repository { get; init; }

    public string? Tag { get; init; }

    public string? Digest { get; init; }

    /// <summary>Who caused it; null for nobody with a name.</summary>
    public string? Actor { get; init; }

    /// <summary>The event's JSON, without an envelope.</summary>
    public required ReadOnlyMemory<byte> Event { get; init; }
}

/// <summary>What a sender needs of a delivery.</summary>
/// <param name="Id">Its place in the queue.</param>
/// <param name="Attempts">How often it was tried before.</param>
/// <param name="Event">The event's JSON, without an envelope.</param>
public sealed record WaitingDelivery(long Id, int Attempts, ReadOnlyMemory<byte> Event);

/// <summary>One request of a delivery, and its answer.</summary>
public sealed record DeliveryAttempt
{
    public required long DeliveryId { get; init; }

    /// <summary>From one up.</summary>
    public required int Number { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>Without the secrets that may be in it.</summary>
    public required string Url { get; init; }

    /// <summary>A line each, secrets masked.</summary>
    public required string RequestHeaders { get; init; }

    /// <summary>Null when it is the event in the usual envelope.</summary>
    public ReadOnlyMemory<byte>? RequestBody { get; init; }

    /// <summary>Null when no answer came.</summary>
    public int? Status { get; init; }

    /// <summary>A line each; null when no answer came.</summary>
    public string? ResponseHeaders { get; init; }

    /// <summary>Its beginning; null when no answer came.</summary>
    public ReadOnlyMemory<byte>? ResponseBody { get; init; }

    /// <summary>Why it failed, for a person; null when it did not.</summary>
    public Reason? Error { get; init; }

    /// <summary>What the delivery is after it.</summary>
    public required DeliveryState Outcome { get; init; }

    /// <summary>When it is tried again; null when it is not, or at once.</summary>
    public DateTimeOffset? NextAttempt { get; init; }
}

/// <summary>A delivery in a list.</summary>
public sealed record DeliveryRow
{
    public required long Id { get; init; }

    public required string Endpoint { get; init; }

    public required string EventId { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset Time { get; init; }

    public required string Action { get; init; }

    public required string Repository { get; init; }

    public string? Tag { get; init; }

    public string? Digest { get; init; }

    public string? Actor { get; init; }

    public required DeliveryState State { get; init; }

    public required int Attempts { get; init; }

    public DateTimeOffset? LastAttempt { get; init; }

    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>Of the last answer; null when none came.</summary>
    public int? LastStatus { get; init; }

    public Reason? LastError { get; init; }
}

/// <summary>A delivery with all that is known of it.</summary>
/// <param name="Row">As in a list.</param>
/// <param name="Event">The event's JSON, without an envelope.</param>
/// <param name="Attempts">The latest ones, newest first.</param>
public sealed record DeliveryDetail(DeliveryRow Row, ReadOnlyMemory<byte> Event, IReadOnlyList<DeliveryAttempt> Attempts);

/// <summary>Which deliveries are wanted, newest first.</summary>
public sealed record DeliveryQuery
{
    /// <summary>Null for any.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Empty for any.</summary>
    public IReadOnlyList<DeliveryState> States { get; init; } = [];

    /// <summary>Null for any.</summary>
    public string? Action { get; init; }

    /// <summary>Part of the repository's name; null for any.</summary>
    public string? Repository { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? Until { get; init; }

    public int Skip { get; init; }

    /// <summary>At most 1,000.</summary>
    public int Take { get; init; } = 50;
}

/// <summary>Deliveries of an endpoint, counted.</summary>
/// <param name="Waiting">Not delivered yet, whenever they came.</param>
/// <param name="Delivered">Of those that happened since the time asked for.</param>
/// <param name="Failed">Given up, of those that happened since the time asked for.</param>
/// <param name="LastDelivered">When the last one was taken; null for never.</param>
/// <param name="LastError">Of the delivery that is tried again now, else of the last one that was given up; null for none.</param>
public sealed record DeliveryCounts(long Waiting, long Delivered, long Failed, DateTimeOffset? LastDelivered, Reason? LastError);
