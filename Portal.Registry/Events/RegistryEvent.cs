using Portal.Storage.Oci;
using Portal.Storage.Tags;

namespace Portal.Registry.Events;

public enum EventAction
{
    Push,
    Pull,
    Mount,
    Delete,
}

/// <summary>Something that happened to content, after it is durable.</summary>
public sealed record RegistryEvent
{
    public required DateTimeOffset Timestamp { get; init; }

    public required EventAction Action { get; init; }

    public required RepositoryName Repository { get; init; }

    /// <summary>What it concerns; null when a tag alone was deleted.</summary>
    public Digest? Digest { get; init; }

    /// <summary>The manifest's media type, or <see cref="MediaTypes.OctetStream"/> for a blob; null when only a tag is concerned.</summary>
    public string? MediaType { get; init; }

    public long? Size { get; init; }

    /// <summary>The tag the request named, if any.</summary>
    public Tag? Tag { get; init; }

    /// <summary>What <see cref="Tag"/> pointed to before it was put or deleted; null when there was no such tag, or no tag is concerned.</summary>
    public TagTarget? Before { get; init; }

    /// <summary>The tags that went with a deleted manifest.</summary>
    public IReadOnlyList<Tag> RemovedTags { get; init; } = [];

    /// <summary>Where a mounted blob came from.</summary>
    public RepositoryName? FromRepository { get; init; }

    /// <summary>The manifest that was put; null for anything else.</summary>
    public Manifest? Manifest { get; init; }

    /// <summary>Whether a manifest or tag changed, so that what lists show is no longer true.</summary>
    public bool ChangesCatalog => Action is EventAction.Push or EventAction.Delete && MediaType != MediaTypes.OctetStream;

    public required RequestActor Actor { get; init; }
}
