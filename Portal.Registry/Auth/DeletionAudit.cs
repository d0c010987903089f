using Microsoft.Extensions.Hosting;
using Portal.Registry.Events;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Registry.Auth;

/// <summary>Tells the audit trail what was deleted of the content, and by whom.</summary>
public sealed class DeletionAudit(EventStream events, AuditTrail audit) : BackgroundService
{
    private const int Capacity = 10_000;

    private readonly EventSubscription _deletions = events.Subscribe(_ => true, Capacity, EventAction.Delete);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _deletions.Dispose();
        await (ExecuteTask ?? Task.CompletedTask).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _deletions.Dispose();
        base.Dispose();
    }

    /// <remarks>It ends when there is nothing left to tell, not when the host begins to stop.</remarks>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var deletion in _deletions.Events.ReadAllAsync(CancellationToken.None))
        {
            var (action, target) = deletion switch
            {
                { Digest: null, Tag: { } tag } => (AuditAction.TagDeleted, $"{deletion.Repository}:{tag}"),
                { MediaType: MediaTypes.OctetStream } => (AuditAction.BlobDeleted, $"{deletion.Repository}@{deletion.Digest}"),
                _ => (AuditAction.ManifestDeleted, $"{deletion.Repository}@{deletion.Digest}"),
            };
            var actor = deletion.Actor;
            audit.Add(
                action,
                actor.Name,
                actor.IpAddress,
                target,
                actor.Identity.TokenNote);
            if (_deletions.TakeLost() is var lost and not 0)
            {
                audit.Add(AuditAction.ManifestDeleted, null, null, "", new Reason(AuditNote.DeletionsLost, $"{lost} more deletions came too fast to be told one by one"));
            }
        }
    }
}
