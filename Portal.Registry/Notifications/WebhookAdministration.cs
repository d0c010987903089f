using System.Text.Json;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Registry.Events;
using Portal.Storage.History;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Registry.Notifications;

/// <summary>What administrators see of endpoints and do with their deliveries. Each call asks the permissions.</summary>
public sealed class WebhookAdministration(
    NotificationWorker worker,
    DeliveryQueue queue,
    DeliveryLog log,
    HistoryDatabase database,
    NotificationFigures figures,
    EventRecorder recorder,
    LiveConfiguration live,
    Permissions permissions,
    TimeProvider time)
{
    private static readonly TimeSpan Recent = TimeSpan.FromHours(24);

    /// <summary>Raised when deliveries came, were tried or were changed. Who is told must return at once.</summary>
    public event Action? Changed
    {
        add => worker.Changed += value;
        remove => worker.Changed -= value;
    }

    /// <summary>The endpoints of the configuration, in its order, then those of which only deliveries are left.</summary>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public async Task<IReadOnlyList<WebhookRow>> ListAsync(Identity by, CancellationToken cancellationToken)
    {
        permissions.RequireAdministrator(by);
        IReadOnlyDictionary<string, DeliveryCounts> counts = new Dictionary<string, DeliveryCounts>();
        IReadOnlyDictionary<string, EndpointPause> pauses = new Dictionary<string, EndpointPause>();
        if (database.Exists)
        {
            counts = await log.CountAsync(time.GetUtcNow() - Recent, cancellationToken);
            pauses = await log.ListPausesAsync(cancellationToken);
        }

        var configured = live.Current.Notifications.Endpoints;
        var known = configured.Select(endpoint => endpoint.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. configured.Select(endpoint => ToRow(endpoint.Name, endpoint, counts, pauses)),
            .. counts.Keys.Where(name => !known.Contains(name)).Order(StringComparer.Ordinal).Select(name => ToRow(name, null, counts, pauses)),
        ];
    }

    /// <summary>The wanted deliveries, newest first.</summary>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public async Task<RowPage<DeliveryRow>> FindDeliveriesAsync(Identity by, DeliveryQuery query, CancellationToken cancellationToken)
    {
        permissions.RequireAdministrator(by);
        return database.Exists ? await log.FindAsync(query, cancellationToken) : new RowPage<DeliveryRow>([], 0);
    }

    /// <returns>Null when there is none, or none any more.</returns>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public async Task<DeliveryDetail?> GetDeliveryAsync(Identity by, long id, CancellationToken cancellationToken)
    {
        permissions.RequireAdministrator(by);
        return database.Exists ? await log.GetAsync(id, cancellationToken) : null;
    }

    /// <summary>Sends a delivery again, before all that came after it; one that waits is tried at once.</summary>
    /// <returns>False when there is none any more.</returns>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public async Task<bool> RedeliverAsync(Identity by, long id, CancellationToken cancellationToken)
    {
        permissions.RequireAdministrator(by);
        if (!database.Exists || await log.GetAsync(id, cancellationToken) is not { Row: var row })
        {
            return false;
        }

        var isThere = await log.RequeueAsync(id, cancellationToken);
        await worker.TellAsync(row.Endpoint, cancellationToken);
        return isThere;
    }

    /// <summary>Sends all deliveries again that an endpoint was not given, in their order.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public async Task<int> RedeliverFailedAsync(Identity by, string endpoint, CancellationToken cancellationToken)
    {
        permissions.RequireAdministrator(by);
        var count = database.Exists ? await log.RequeueFailedAsync(endpoint, cancellationToken) : 0;
        await worker.TellAsync(endpoint, cancellationToken);
        return count;
    }

    /// <summary>Gives a delivery up that waits, so that those behind it go on.</summary>
    /// <returns>False when it does not wait any more.</returns>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public async Task<bool> SkipAsync(Identity by, long id, CancellationToken cancellationToken)
    {
        permissions.RequireAdministrator(by);
        if (!database.Exists || await log.GetAsync(id, cancellationToken) is not { Row: var row })
        {
            return false;
        }

        var isSkipped = await log.SkipAsync(id, cancellationToken);
        await worker.TellAsync(row.Endpoint, cancellationToken);
        return isSkipped;
    }

    /// <summary>Holds back what comes for an endpoint, until it is resumed.</summary>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public Task PauseAsync(Identity by, string endpoint, CancellationToken cancellationToken) =>
        SetPauseAsync(by, endpoint, new EndpointPause(time.GetUtcNow(), by.Name), cancellationToken);

    /// <summary>Sends again what was held back.</summary>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public Task ResumeAsync(Identity by, string endpoint, CancellationToken cancellationToken) =>
        SetPauseAsync(by, endpoint, null, cancellationToken);

    /// <summary>Sends an endpoint an event of a push that never was, whatever its filters say.</summary>
    /// <returns>False when the configuration has no such endpoint that is switched on.</returns>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public async Task<bool> SendTestAsync(RequestActor by, string endpoint, CancellationToken cancellationToken)
    {
        permissions.RequireAdministrator(by.Identity);
        if (!live.Current.Notifications.Endpoints.Any(entry => entry.Name == endpoint && !entry.Disabled))
        {
            return false;
        }

        var json = recorder.Write(TestEvent(by), Guid.NewGuid());
        await queue.AddAsync([EventSummary.Of(json)!.To(endpoint, json)], mark: null, cancellationToken);
        await worker.TellAsync(endpoint, cancellationToken);
        return true;
    }

    private async Task SetPauseAsync(Identity by, string endpoint, EndpointPause? pause, CancellationToken cancellationToken)
    {
        permissions.RequireAdministrator(by);
        await log.SetPauseAsync(endpoint, pause, cancellationToken);
        await worker.TellAsync(endpoint, cancellationToken);
    }

    private RegistryEvent TestEvent(RequestActor by)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(new { test = true });
        return new RegistryEvent
        {
            Timestamp = time.GetUtcNow(),
            Action = EventAction.Push,
            Repository = RepositoryName.Parse("test/webhook"),
            Tag = Tag.Parse("test"),
            Digest = Digest.Of(content),
            MediaType = MediaTypes.OciManifest,
            Size = content.Length,
            Actor = by,
        };
    }

    private WebhookRow ToRow(
        string name,
        NotificationEndpointConfiguration? endpoint,
        IReadOnlyDictionary<string, DeliveryCounts> counts,
        IReadOnlyDictionary<string, EndpointPause> pauses)
    {
        var count = counts.GetValueOrDefault(name);
        var pause = pauses.GetValueOrDefault(name);
        var error = worker.LastErrorOf(name) ?? count?.LastError;
        return new WebhookRow
        {
            Name = name,
            Url = endpoint is null ? null : Secret.MaskAddress($"{endpoint.Url}"),
            Format = live.Current.Portal.Notifications.Of(name).Format,
            State = endpoint switch
            {
                null => WebhookState.Removed,
                { Disabled: true } => WebhookState.Off,
                _ when pause is not null => WebhookState.Paused,
                _ when worker.LastErrorOf(name) is not null => WebhookState.Retrying,
                _ => WebhookState.Healthy,
            },
            Pause = pause,
            Waiting = count?.Waiting ?? 0,
            Delivered = count?.Delivered ?? 0,
            Failed = count?.Failed ?? 0,
            Dropped = figures.Of(name).Dropped,
            LastDelivered = count?.LastDelivered,
            LastError = error,
        };
    }
}

/// <summary>How it stands with an endpoint.</summary>
public enum WebhookState
{
    /// <summary>It took the last request, or was sent none yet.</summary>
    Healthy,

    /// <summary>It did not take the last request, which is tried again.</summary>
    Retrying,

    /// <summary>Its events wait until an administrator resumes it.</summary>
    Paused,

    /// <summary>The configuration says <c>disabled</c>.</summary>
    Off,

    /// <summary>The configuration does not have it any more; deliveries are left.</summary>
    Removed,
}

/// <summary>An endpoint in the list.</summary>
public sealed record WebhookRow
{
    public required string Name { get; init; }

    /// <summary>Without the secrets that may be in it; null for one that was removed.</summary>
    public string? Url { get; init; }

    public required PayloadFormat Format { get; init; }

    public required WebhookState State { get; init; }

    /// <summary>Since when, and by whom; null when it is not paused.</summary>
    public EndpointPause? Pause { get; init; }

    /// <summary>Events that wait for it.</summary>
    public required long Waiting { get; init; }

    /// <summary>Events of the last 24 hours that it took.</summary>
    public required long Delivered { get; init; }

    /// <summary>Events of the last 24 hours that were given up.</summary>
    public required long Failed { get; init; }

    /// <summary>Pulls that were not sent since the start, because too many waited.</summary>
    public required long Dropped { get; init; }

    public DateTimeOffset? LastDelivered { get; init; }

    /// <summary>Why a request failed last; null when there is nothing to tell.</summary>
    public Reason? LastError { get; init; }

    /// <summary>How many of those that are over were taken, from 0 to 1; null when none is over.</summary>
    public double? SuccessRate => Delivered + Failed == 0 ? null : (double)Delivered / (Delivered + Failed);
}
