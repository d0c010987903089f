using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace Portal.Storage.Oci;

/// <summary>The hash functions a digest may name (OCI image 1.1, "Registered Algorithms").</summary>
public enum DigestAlgorithm
{
    Sha256,
    Sha512,
}

/// <summary>
/// A content address, <c>algorithm:hex</c> with lower-case hex. A value that parsed cannot hold anything else, a path
/// included. <c>default</c> names nothing and equals no parsed digest.
/// </summary>
public readonly record struct Digest : IComparable<Digest>
{
    private const string Sha256Prefix = "sha256:";
    private const string Sha512Prefix = "sha512:";
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    private readonly string _text;

    private Digest(string text)
    {
        _text = text;
    }

    public DigestAlgorithm Algorithm =>
        _text.Length == Sha256Prefix.Length + 64 ? DigestAlgorithm.Sha256 : DigestAlgorithm.Sha512;

    /// <summary>The algorithm as it is written: <c>sha256</c> or <c>sha512</c>.</summary>
    public string AlgorithmName => Algorithm == DigestAlgorithm.Sha256 ? "sha256" : "sha512";

    /// <summary>The encoded part: 64 or 128 lower-case hex digits.</summary>
    [JsonIgnore]
    public ReadOnlySpan<char> Hex => _text.AsSpan(Sha256Prefix.Length);

    public static bool TryParse(ReadOnlySpan<char> text, out Digest digest)
    {
        digest = IsValid(text) ? new Digest(text.ToString()) : default;
        return digest != default;
    }

    /// <exception cref="OciException">DIGEST_INVALID when the text is not a digest this registry knows.</exception>
    public static Digest Parse(string text)
    {
        return IsValid(text) ? new Digest(text) : throw Invalid(text);
    }

    /// <inheritdoc cref="Parse(string)" />
    public static Digest Parse(ReadOnlySpan<char> text)
    {
        return IsValid(text) ? new Digest(text.ToString()) : throw Invalid(text);
    }

    /// <summary>The digest of content that is held in memory whole.</summary>
    public static Digest Of(ReadOnlySpan<byte> content, DigestAlgorithm algorithm = DigestAlgorithm.Sha256)
    {
        Span<byte> hash = stackalloc byte[64];
        var length = algorithm == DigestAlgorithm.Sha256
            ? SHA256.HashData(content, hash)
            : SHA512.HashData(content, hash);
        return FromHash(hash[..length]);
    }

    /// <param name="hash">32 bytes of SHA-256 or 64 of SHA-512.</param>
    public static Digest FromHash(ReadOnlySpan<byte> hash)
    {
        var prefix = hash.Length switch
        {
            32 => Sha256Prefix,
            64 => Sha512Prefix,
            _ => throw new ArgumentException("a hash is 32 or 64 bytes long", nameof(hash)),
        };
        return new Digest(prefix + Convert.ToHexStringLower(hash));
    }

    public int CompareTo(Digest other)
    {
        return string.CompareOrdinal(_text, other._text);
    }

    public override string ToString()
    {
        return _text ?? string.Empty;
    }

    private static bool IsValid(ReadOnlySpan<char> text)
    {
        var length = text.StartsWith(Sha256Prefix, StringComparison.Ordinal) ? 64
            : text.StartsWith(Sha512Prefix, StringComparison.Ordinal) ? 128
            : -1;
        return length > 0
            && text.Length == Sha256Prefix.Length + length
            && !text[Sha256Prefix.Length..].ContainsAnyExcept(LowerHex);
    }

    private static OciException Invalid(ReadOnlySpan<char> text)
    {
        return new OciException(
            ErrorCode.DigestInvalid,
            "not a digest: write sha256: and 64, or sha512: and 128, lower-case hex digits",
            ("digest", text.Length <= 256 ? text.ToString() : string.Concat(text[..256], "…")));
    }

    public static bool operator <(Digest left, Digest right) => left.CompareTo(right) < 0;

    public static bool operator >(Digest left, Digest right) => left.CompareTo(right) > 0;

    public static bool operator <=(Digest left, Digest right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Digest left, Digest right) => left.CompareTo(right) >= 0;
}
