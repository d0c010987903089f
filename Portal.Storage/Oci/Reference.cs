namespace Portal.Storage.Oci;

/// <summary>What names a manifest in a repository: a tag or a digest. Text with a colon is a digest, else a tag.</summary>
public readonly record struct Reference
{
    private readonly Tag _tag;
    private readonly Digest _digest;

    private Reference(Tag tag, Digest digest, bool isDigest)
    {
        _tag = tag;
        _digest = digest;
        IsDigest = isDigest;
    }

    public bool IsDigest { get; }

    public Tag Tag => IsDigest ? throw new InvalidOperationException("the reference is a digest") : _tag;

    public Digest Digest => IsDigest ? _digest : throw new InvalidOperationException("the reference is a tag");

    /// <exception cref="OciException">DIGEST_INVALID or TAG_INVALID.</exception>
    public static Reference Parse(string text)
    {
        return text.Contains(':') ? Digest.Parse(text) : Tag.Parse(text);
    }

    public static Reference FromTag(Tag tag) => new(tag, default, isDigest: false);

    public static Reference FromDigest(Digest digest) => new(default, digest, isDigest: true);

    public static implicit operator Reference(Tag tag) => FromTag(tag);

    public static implicit operator Reference(Digest digest) => FromDigest(digest);

    public override string ToString()
    {
        return IsDigest ? _digest.ToString() : _tag.ToString();
    }
}
