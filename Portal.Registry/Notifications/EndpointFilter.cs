using System.Collections.Frozen;
using Portal.Registry.Configuration;
using Portal.Registry.Events;
using Portal.Storage.Accounts;

namespace Portal.Registry.Notifications;

/// <summary>Which events an endpoint is sent: what upstream's configuration says of it, and what the portal's does.</summary>
public sealed class EndpointFilter
{
    private readonly bool _isOff;
    private readonly FrozenSet<string> _ignoredActions;
    private readonly FrozenSet<string> _ignoredMediaTypes;
    private readonly RepositoryPattern[] _repositories;
    private readonly TagPattern[] _tags;

    public EndpointFilter(NotificationEndpointConfiguration endpoint, WebhookConfiguration webhook)
    {
        _isOff = endpoint.Disabled;
        _ignoredActions = endpoint.IgnoredActions.ToFrozenSet(StringComparer.Ordinal);
        _ignoredMediaTypes = endpoint.IgnoredMediaTypes.ToFrozenSet(StringComparer.Ordinal);
        _repositories = [.. webhook.Repositories];
        _tags = [.. webhook.Tags];
    }

    /// <summary>Whether there can be events of this action that it is sent.</summary>
    public bool WantsAny(EventAction action) => WantsAny(EventJson.NameOf(action));

    /// <summary>Whether it is sent this event.</summary>
    public bool Wants(RegistryEvent registryEvent) => Wants(
        EventJson.NameOf(registryEvent.Action), registryEvent.MediaType, registryEvent.Repository.ToString(), registryEvent.Tag?.ToString());

    /// <summary>Whether it is sent such an event.</summary>
    /// <param name="action">Upstream's word for it.</param>
    /// <param name="mediaType">Of the content; null when a tag alone is concerned.</param>
    /// <param name="repository">Its name.</param>
    /// <param name="tag">Null for an event without one, which no pattern of tags takes.</param>
    public bool Wants(string action, string? mediaType, string repository, string? tag) =>
        WantsAny(action)
        && (mediaType is null || !_ignoredMediaTypes.Contains(mediaType))
        && WantsRepository(repository)
        && WantsTag(tag);

    private bool WantsAny(string action) => !_isOff && !_ignoredActions.Contains(action);

    private bool WantsRepository(string repository)
    {
        foreach (var pattern in _repositories)
        {
            if (pattern.Matches(repository))
            {
                return true;
            }
        }

        return _repositories.Length == 0;
    }

    private bool WantsTag(string? tag)
    {
        foreach (var pattern in _tags)
        {
            if (tag is not null && pattern.Matches(tag))
            {
                return true;
            }
        }

        return _tags.Length == 0;
    }
}
