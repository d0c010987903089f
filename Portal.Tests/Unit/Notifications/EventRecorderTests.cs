using Microsoft.Extensions.Logging.Abstractions;
using Portal.Registry;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Registry.Events;
using Portal.Registry.Notifications;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Notifications;

public sealed class EventRecorderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SoManyWait_ThatTheLimitIsPassed_PullsAreLeftOut_AndPushesAreNot()
    {
        using var pending = new PendingEvents(_folder.Combine("events"));
        var live = new LiveConfiguration(new RegistryConfiguration
        {
            Notifications = new NotificationsConfiguration { Endpoints = [new NotificationEndpointConfiguration { Name = "one" }] },
        });
        var recorder = new EventRecorder(
            pending, new NotificationTargets(live, new NotificationFigures()), live, new EventSource("here", "1"), NullLogger<EventRecorder>.Instance)
        {
            MostWaiting = 10_000,
        };

        for (var i = 0; i < 1000; i++)
        {
            await recorder.RecordAsync(Event(EventAction.Pull));
        }

        var full = pending.Journal.Size;
        Assert.InRange(full, 10_000, 12_000);
        await recorder.RecordAsync(Event(EventAction.Push));
        Assert.True(pending.Journal.Size > full);
    }

    private static RegistryEvent Event(EventAction action) => new()
    {
        Timestamp = DateTimeOffset.UnixEpoch,
        Action = action,
        Repository = RepositoryName.Parse("team/app"),
        Digest = Digest.Of("{}"u8),
        MediaType = MediaTypes.OciManifest,
        Size = 2,
        Actor = new RequestActor { RequestId = "1", Identity = Identity.Anonymous },
    };
}
