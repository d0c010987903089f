using System.Net;
using System.Text;
using System.Text.Json;
using Portal.Registry.Auth;
using Portal.Registry.Catalog;
using Portal.Storage.Accounts;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;
using Portal.Storage.Repositories;

namespace Portal.Registry.Descriptions;

/// <summary>What is known of a repository in words.</summary>
/// <param name="Written">What people wrote; its text is empty when nobody did.</param>
/// <param name="Facts">What the newest image says of itself.</param>
/// <param name="Image">The tag of that image; null when there is none.</param>
public sealed record RepositoryAbout(Description Written, ImageFacts Facts, Tag? Image)
{
    /// <summary>Markdown to show: what people wrote, else what the image says; null for nothing.</summary>
    public string? Text => Written.Text.Length > 0 ? Written.Text : Facts.Description;
}

/// <summary>Descriptions of repositories: for who may pull to read, for who may push to write.</summary>
public sealed class RepositoryDescriptions(
    DescriptionStore store, RepositoryCatalog catalog, LocalRegistry registry, RegistryPolicy policy, Permissions permissions, AuditTrail audit, TimeProvider time)
{
    /// <summary>Bytes of a description in UTF-8.</summary>
    public const int MaxSize = 64 * 1024;

    // Signatures and the like are newer than what they belong to.
    private const int LookedAt = 10;

    private const int MaxConfigSize = 1024 * 1024;

    /// <returns>Null when the repository may not be pulled from.</returns>
    public async Task<RepositoryAbout?> FindAsync(Identity who, RepositoryName name, CancellationToken cancellationToken)
    {
        if (!permissions.On(who, name).HasFlag(RepositoryActions.Pull))
        {
            return null;
        }

        var newest = await catalog.FindTagsAsync(who, name, new TagQuery { Take = LookedAt }, cancellationToken);
        var image = newest.Items.FirstOrDefault(row => row.Kind is not ManifestKind.Artifact) ?? (newest.Items.Count > 0 ? newest.Items[0] : null);
        return new RepositoryAbout(
            await store.FindAsync(name.ToString(), cancellationToken),
            image is null ? ImageFacts.None : await ReadFactsAsync(name, image.Digest, cancellationToken),
            image?.Name);
    }

    /// <summary>Writes a description; an empty text takes it away.</summary>
    /// <param name="version">The version that was seen: another one is not overwritten.</param>
    /// <param name="from">Where the actor is, for the audit trail; null when it is not known.</param>
    /// <returns>What is there now.</returns>
    /// <exception cref="OciException">
    /// DENIED: the actor may not push; NAME_UNKNOWN: there is no such repository; SIZE_INVALID: the text is larger than <see cref="MaxSize"/>;
    /// UNSUPPORTED: the registry is read-only.
    /// </exception>
    /// <exception cref="DescriptionChangedException">Somebody else wrote meanwhile.</exception>
    public async Task<Description> SaveAsync(
        Identity who, IPAddress? from, RepositoryName name, string text, long version, CancellationToken cancellationToken)
    {
        permissions.Require(who, name, RepositoryActions.Push);
        policy.RequireWritable();
        if (text.Length > MaxSize || Encoding.UTF8.GetByteCount(text) > MaxSize)
        {
            throw new OciException(ErrorCode.SizeInvalid, new Reason(RegistryRefusal.DescriptionTooLong, $"a description has at most {MaxSize / 1024} KiB"));
        }

        if (!await registry.ExistsAsync(name, cancellationToken))
        {
            throw new OciException(
                ErrorCode.NameUnknown,
                new Reason(RegistryRefusal.NoSuchRepository, $"there is no such repository: push something to it first"),
                ("name", name.ToString()));
        }

        var saved = new Description(string.IsNullOrWhiteSpace(text) ? string.Empty : text, version + 1, time.GetUtcNow(), who.Name);
        if (!await store.SaveAsync(name.ToString(), saved, CancellationToken.None))
        {
            throw new DescriptionChangedException(await store.FindAsync(name.ToString(), cancellationToken));
        }

        audit.Add(AuditAction.DescriptionChanged, who.Name, from, name.ToString(), saved.Text.Length == 0 ? new Reason(AuditNote.TakenAway, $"taken away") : null);
        return saved;
    }

    /// <summary>The image's own annotations, those of the first image in an index, and labels of the config, in this order.</summary>
    private async Task<ImageFacts> ReadFactsAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken)
    {
        try
        {
            var sources = new List<IReadOnlyDictionary<string, string>?>();
            var manifest = await registry.Manifests.GetAsync(name, digest, cancellationToken);
            sources.Add(manifest?.Annotations);
            if (manifest?.Index is { Manifests: [var first, ..] })
            {
                sources.Add(first.Annotations);
                manifest = await registry.Manifests.GetAsync(name, first.Digest, cancellationToken);
                sources.Add(manifest?.Annotations);
            }

            if (manifest?.Image is { } image && MediaTypes.IsImageConfig(image.Config.MediaType)
                && await registry.Blobs.ReadAsync(name, image.Config.Digest, MaxConfigSize, cancellationToken) is { } config)
            {
                sources.Add(JsonSerializer.Deserialize(config, OciJson.Default.ImageConfig)?.Config?.Labels);
            }

            return ImageFacts.Of(sources);
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException)
        {
            // A client pushed it so; a repository is shown without what nobody can read.
            return ImageFacts.None;
        }
    }
}

/// <summary>Somebody else wrote the description since it was read.</summary>
public sealed class DescriptionChangedException(Description now) : Exception("somebody else changed the description meanwhile")
{
    /// <summary>What is there.</summary>
    public Description Now { get; } = now;
}
