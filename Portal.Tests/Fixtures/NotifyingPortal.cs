using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Registry.Notifications;

namespace Portal.Tests.Fixtures;

/// <summary>The application with endpoints that events are sent to.</summary>
public sealed class NotifyingPortal : PortalFixture
{
    /// <summary>Who may do everything in the pages of a registry without names.</summary>
    public static readonly Identity Administrator = Identity.Everyone with { IsAtPages = true, IsLocal = true };

    private NotificationsConfiguration _notifications = new();
    private PortalNotificationsConfiguration _extensions = new();

    public WebhookAdministration Webhooks => Get<WebhookAdministration>();

    protected override RegistryConfiguration Configuration => base.Configuration with
    {
        Notifications = _notifications,
        Portal = base.Configuration.Portal with { Notifications = _extensions },
    };

    /// <summary>Starts it.</summary>
    public static async Task<NotifyingPortal> StartAsync(params NotificationEndpointConfiguration[] endpoints)
    {
        var portal = new NotifyingPortal { _notifications = new NotificationsConfiguration { Endpoints = endpoints } };
        await portal.InitializeAsync();
        return portal;
    }

    /// <summary>Endpoints in the place of those that were there, while it runs.</summary>
    public void Apply(params NotificationEndpointConfiguration[] endpoints)
    {
        _notifications = new NotificationsConfiguration { Endpoints = endpoints };
        Get<LiveConfiguration>().Apply(Configuration);
    }

    /// <summary>What is the portal's own about its endpoints, while it runs.</summary>
    public void Extend(params WebhookConfiguration[] extensions) => Extend(new PortalNotificationsConfiguration { Endpoints = extensions });

    /// <inheritdoc cref="Extend(WebhookConfiguration[])"/>
    public void Extend(PortalNotificationsConfiguration extensions)
    {
        _extensions = extensions;
        Get<LiveConfiguration>().Apply(Configuration);
    }

    /// <summary>An endpoint that is patient, and told of manifests alone.</summary>
    public static NotificationEndpointConfiguration Endpoint(string name, Uri url) => new()
    {
        Name = name,
        Url = url,
        Timeout = TimeSpan.FromSeconds(30),
        Backoff = TimeSpan.FromMilliseconds(20),
        IgnoredMediaTypes = ["application/octet-stream"],
        IgnoredActions = ["pull"],
    };
}
