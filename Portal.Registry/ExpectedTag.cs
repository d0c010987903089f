using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Registry;

/// <summary>What somebody saw a tag point to, so that a change asked for in view of it does not overwrite a later one.</summary>
/// <param name="Digest">Null: there was no such tag.</param>
public readonly record struct ExpectedTag(Digest? Digest)
{
    /// <summary>There was no such tag.</summary>
    public static ExpectedTag None { get; } = new(null);

    /// <exception cref="TagMovedException">The tag points elsewhere now.</exception>
    internal void Require(Tag tag, Digest? now)
    {
        if (now != Digest)
        {
            throw new TagMovedException(tag, now);
        }
    }
}

/// <summary>A tag was put or deleted by somebody else since it was looked at.</summary>
public sealed class TagMovedException : Exception, IReasoned
{
    public TagMovedException(Tag tag, Digest? now)
        : this(
            now is null
                ? new Reason(RegistryRefusal.TagDeleted, $"the tag {tag} was deleted meanwhile: look again")
                : new Reason(RegistryRefusal.TagMoved, $"the tag {tag} was put to another manifest meanwhile: look again"),
            now)
    {
    }

    private TagMovedException(Reason reason, Digest? now)
        : base(reason.ToString())
    {
        (Reason, Now) = (reason, now);
    }

    public Reason Reason { get; }

    /// <summary>What the tag points to now; null when it is gone.</summary>
    public Digest? Now { get; }
}
