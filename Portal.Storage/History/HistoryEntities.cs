namespace Portal.Storage.History;

/// <summary>One thing that happened, or pulls of the same thing by the same client within a short time.</summary>
internal sealed class ActivityEntity
{
    public long Id { get; set; }

    public DateTimeOffset Time { get; set; }

    public ActivityKind Kind { get; set; }

    /// <summary>Null for what concerns no single repository.</summary>
    public string? Repository { get; set; }

    public string? Tag { get; set; }

    public string? Digest { get; set; }

    public string? MediaType { get; set; }

    public long? Size { get; set; }

    /// <summary>Where a mounted blob came from.</summary>
    public string? FromRepository { get; set; }

    /// <summary>Who did it; null for nobody with a name.</summary>
    public string? Actor { get; set; }

    public string? Address { get; set; }

    public string? UserAgent { get; set; }

    /// <summary>How many there were: more than one for pulls alone.</summary>
    public int Count { get; set; } = 1;

    /// <summary>What else there is to tell; never a secret.</summary>
    public string? Detail { get; set; }
}

/// <summary>How often something was pulled, by the tag or the digest that was asked for.</summary>
internal sealed class PullCountEntity
{
    public required string Repository { get; set; }

    /// <summary>A tag, or a digest.</summary>
    public required string Reference { get; set; }

    public long Count { get; set; }

    public DateTimeOffset LastPulled { get; set; }
}

/// <summary>How often a repository was pulled from on one day.</summary>
internal sealed class PullDayEntity
{
    public required string Repository { get; set; }

    /// <summary>In UTC.</summary>
    public DateOnly Day { get; set; }

    public long Count { get; set; }
}

/// <summary>A tag began or ceased to point to a manifest.</summary>
internal sealed class TagChangeEntity
{
    public long Id { get; set; }

    public required string Repository { get; set; }

    public required string Tag { get; set; }

    public TagChangeKind Kind { get; set; }

    /// <summary>What it points to since then; of a tag that went, what it pointed to.</summary>
    public required string Digest { get; set; }

    public DateTimeOffset Time { get; set; }

    /// <summary>Who did it; null for nobody with a name, or when it is not known.</summary>
    public string? Actor { get; set; }
}

/// <summary>An event on its way to an endpoint, or one that was there.</summary>
internal sealed class DeliveryEntity
{
    /// <summary>Events go to an endpoint in this order.</summary>
    public long Id { get; set; }

    /// <summary>The endpoint's name.</summary>
    public required string Endpoint { get; set; }

    public required string EventId { get; set; }

    public DateTimeOffset Time { get; set; }

    public required string Action { get; set; }

    public required string Repository { get; set; }

    public string? Tag { get; set; }

    public string? Digest { get; set; }

    public string? Actor { get; set; }

    /// <summary>The event's JSON, without an envelope.</summary>
    public required byte[] Event { get; set; }

    public DeliveryState State { get; set; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; set; }

    public DateTimeOffset? LastAttempt { get; set; }

    /// <summary>Null when it is not known, or there is none.</summary>
    public DateTimeOffset? NextAttempt { get; set; }

    /// <summary>Of the last answer; null when none came.</summary>
    public int? LastStatus { get; set; }

    /// <summary>Why the last attempt failed; null when it did not.</summary>
    public string? LastError { get; set; }
}

/// <summary>One request of a delivery, and its answer.</summary>
internal sealed class AttemptEntity
{
    public long DeliveryId { get; set; }

    /// <summary>From one up.</summary>
    public int Number { get; set; }

    public DateTimeOffset Time { get; set; }

    public TimeSpan Duration { get; set; }

    public required string Url { get; set; }

    /// <summary>A line each, secrets masked.</summary>
    public required string RequestHeaders { get; set; }

    /// <summary>Null when it is the event in the usual envelope.</summary>
    public byte[]? RequestBody { get; set; }

    /// <summary>Null when no answer came.</summary>
    public int? Status { get; set; }

    public string? ResponseHeaders { get; set; }

    /// <summary>Its beginning.</summary>
    public byte[]? ResponseBody { get; set; }

    public string? Error { get; set; }
}

/// <summary>What an administrator said of an endpoint in the pages.</summary>
internal sealed class EndpointEntity
{
    public required string Name { get; set; }

    /// <summary>Null unless nothing is sent to it for now.</summary>
    public DateTimeOffset? PausedAt { get; set; }

    public string? PausedBy { get; set; }
}

/// <summary>How far something was read that lies outside the database.</summary>
internal sealed class MarkEntity
{
    public required string Name { get; set; }

    public long Value { get; set; }
}

/// <summary>A health check began to fail, or healed.</summary>
internal sealed class HealthChangeEntity
{
    public long Id { get; set; }

    public DateTimeOffset Time { get; set; }

    public required string Check { get; set; }

    public bool IsHealthy { get; set; }

    public string? Message { get; set; }
}

/// <summary>A figure of one span of time, for charts.</summary>
internal sealed class SampleEntity
{
    /// <summary>What is counted.</summary>
    public required string Series { get; set; }

    /// <summary>How long the span is.</summary>
    public TimeSpan Resolution { get; set; }

    /// <summary>Where the span begins.</summary>
    public DateTimeOffset Time { get; set; }

    public double Value { get; set; }
}
