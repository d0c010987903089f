using Portal.Registry.Configuration;
using Portal.Registry.Events;

namespace Portal.Registry.Notifications;

/// <summary>An endpoint that is switched on.</summary>
/// <param name="Endpoint">The entry of <c>notifications.endpoints</c>.</param>
/// <param name="Extension">What is ours about it.</param>
/// <param name="Filter">Which events it is sent.</param>
public sealed record NotificationTarget(
    NotificationEndpointConfiguration Endpoint, WebhookConfiguration Extension, EndpointFilter Filter)
{
    public string Name => Endpoint.Name;
}

/// <summary>The endpoints of the configuration in force.</summary>
public sealed class NotificationTargets(LiveConfiguration live, NotificationFigures figures)
{
    private volatile Known? _known;

    /// <summary>Those that are switched on.</summary>
    public IReadOnlyList<NotificationTarget> Current => Look().Targets;

    /// <summary>Whether an event of this kind has to be made: some endpoint may want it.</summary>
    public bool Hear(EventAction action)
    {
        var known = Look();
        return known.Heard.HasFlag(FlagOf(action)) && (action is not EventAction.Pull || AnyHasRoom(known.Targets));
    }

    /// <summary>Whether pulls may still wait for it. What changes content always may.</summary>
    public bool HasRoom(NotificationTarget target) =>
        figures.Of(target.Name).Pending < live.Current.Portal.Notifications.MaxWaiting;

    /// <summary>Asked at each pull: without a delegate and an enumerator for the collector.</summary>
    private bool AnyHasRoom(List<NotificationTarget> targets)
    {
        foreach (var target in targets)
        {
            if (HasRoom(target))
            {
                return true;
            }
        }

        return false;
    }

    private Known Look()
    {
        var configuration = live.Current;
        if (_known is { } known && known.Configuration == configuration)
        {
            return known;
        }

        var targets = new List<NotificationTarget>();
        foreach (var endpoint in configuration.Notifications.Endpoints.Where(endpoint => !endpoint.Disabled))
        {
            var extension = configuration.Portal.Notifications.Of(endpoint.Name);
            targets.Add(new NotificationTarget(endpoint, extension, new EndpointFilter(endpoint, extension)));
        }

        var heard = Actions.None;
        foreach (var action in Enum.GetValues<EventAction>().Where(action => targets.Exists(target => target.Filter.WantsAny(action))))
        {
            heard |= FlagOf(action);
        }

        return _known = new Known(configuration, targets, heard);
    }

    private static Actions FlagOf(EventAction action) => (Actions)(1 << (int)action);

    private sealed record Known(RegistryConfiguration Configuration, List<NotificationTarget> Targets, Actions Heard);

    [Flags]
    private enum Actions
    {
        None = 0,
    }
}
