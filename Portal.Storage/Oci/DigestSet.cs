using System.Buffers.Binary;

namespace Portal.Storage.Oci;

/// <summary>A digest in 32 bytes, for sets that hold many. Of a SHA-512 it is the first half, which no other content has either.</summary>
public readonly record struct DigestKey(UInt128 High, UInt128 Low)
{
    public static DigestKey Of(Digest digest)
    {
        Span<byte> bytes = stackalloc byte[32];
        Convert.FromHexString(digest.Hex[..64], bytes, out _, out _);
        return new DigestKey(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]));
    }
}

/// <summary>Which digests were met: some 50 bytes each, where a text would take four times that.</summary>
public sealed class DigestSet
{
    private readonly HashSet<DigestKey> _keys = [];

    public int Count => _keys.Count;

    public IEnumerable<DigestKey> Keys => _keys;

    /// <returns>False when it was there.</returns>
    public bool Add(Digest digest) => _keys.Add(DigestKey.Of(digest));

    /// <inheritdoc cref="Add(Digest)"/>
    public bool Add(DigestKey key) => _keys.Add(key);

    public bool Contains(Digest digest) => _keys.Contains(DigestKey.Of(digest));

    public bool Contains(DigestKey key) => _keys.Contains(key);
}
