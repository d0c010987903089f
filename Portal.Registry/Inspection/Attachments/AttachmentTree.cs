using Portal.Registry.Auth;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;

namespace Portal.Registry.Inspection.Attachments;

/// <summary>A manifest that belongs to another one, and what belongs to it in turn.</summary>
/// <param name="Tag">The tag that says to what it belongs (<c>sha256-….sig</c>); null when it says so itself.</param>
/// <param name="HasMore">Whether more belongs to it than was read.</param>
public sealed record Attachment(Manifest Manifest, Tag? Tag, IReadOnlyList<Attachment> Attached, bool HasMore)
{
    public IReadOnlyList<AttachedPart> Parts { get; } = AttachedPart.Of(Manifest);

    /// <summary>Bytes of its content.</summary>
    public long Size => Descriptor.TotalSize(Manifest.Contents);
}

/// <summary>What belongs to a manifest.</summary>
/// <param name="HasMore">Whether there is more than was read.</param>
public sealed record AttachmentsOf(IReadOnlyList<Attachment> Attached, bool HasMore);

/// <summary>Finds what belongs to a manifest: by OCI's referrers, by cosign's tags, and by BuildKit's entries in an index.</summary>
public sealed class AttachmentTree(LocalRegistry registry, Permissions permissions)
{
    /// <summary>How many are read in all, the ones below others counted.</summary>
    public const int MaxNodes = 200;

    private const int MaxDepth = 4;

    private static readonly string[] TagEndings = [".sig", ".att", ".sbom"];

    /// <summary>The tags under which cosign keeps what belongs to a manifest; none for a SHA-512, which is too long for a tag.</summary>
    public static IEnumerable<Tag> TagsOf(Digest subject)
    {
        foreach (var ending in TagEndings)
        {
            if (Tag.TryParse($"{subject.AlgorithmName}-{subject.Hex}{ending}", out var tag))
            {
                yield return tag;
            }
        }
    }

    /// <param name="more">Manifests that belong to it for another reason, say by an index that lists both.</param>
    /// <returns>Nothing when <paramref name="who"/> may not pull from the repository.</returns>
    public async Task<AttachmentsOf> ListAsync(
        Identity who, RepositoryName name, Digest subject, IEnumerable<Digest> more, CancellationToken cancellationToken)
    {
        if (!permissions.On(who, name).HasFlag(RepositoryActions.Pull))
        {
            return new AttachmentsOf([], false);
        }

        var seen = new HashSet<Digest> { subject };
        return await ReadAsync(name, subject, more, seen, depth: 1, cancellationToken);
    }

    /// <summary>The likeliest list of packages of an image that is compared, also one that BuildKit put beside it in its index.</summary>
    /// <returns>Null when none is attached to it, or <paramref name="who"/> may not pull from the repository.</returns>
    public async Task<Digest?> FindSbomAsync(Identity who, ComparedImage side, CancellationToken cancellationToken)
    {
        if (side.Image?.Manifest.Digest is not { } subject)
        {
            return null;
        }

        var attestations = (side.Found?.Entries ?? []).Where(entry => entry.AttestedDigest == subject).Select(entry => entry.Descriptor.Digest);
        var attached = await ListAsync(who, side.Reference.Name, subject, attestations, cancellationToken);
        return AttachmentReader.Sboms(attached.Attached).Select(digest => (Digest?)digest).FirstOrDefault();
    }

    private async Task<AttachmentsOf> ReadAsync(
        RepositoryName name, Digest subject, IEnumerable<Digest> more, HashSet<Digest> seen, int depth, CancellationToken cancellationToken)
    {
        var found = new List<(Digest Digest, Tag? Tag)>();
        foreach (var digest in await registry.Referrers.ListAsync(name, subject, cancellationToken))
        {
            found.Add((digest, null));
        }

        foreach (var tag in TagsOf(subject))
        {
            if (await registry.Tags.FindAsync(name, tag, cancellationToken) is { } digest)
            {
                found.Add((digest, tag));
            }
        }

        found.AddRange(more.Select(digest => (digest, default(Tag?))));
        var nodes = new List<Attachment>();
        foreach (var (digest, tag) in found)
        {
            // What was met before is not gone into again: manifests cannot name each other in a circle, but tags can.
            if (seen.Contains(digest))
            {
                continue;
            }

            if (depth > MaxDepth || seen.Count > MaxNodes)
            {
                return new AttachmentsOf(nodes, true);
            }

            seen.Add(digest);
            if (await registry.Manifests.GetAsync(name, digest, cancellationToken) is { } manifest)
            {
                var below = await ReadAsync(name, digest, [], seen, depth + 1, cancellationToken);
                nodes.Add(new Attachment(manifest, tag, below.Attached, below.HasMore));
            }
        }

        return new AttachmentsOf(nodes, false);
    }
}
