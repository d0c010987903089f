using System.Buffers;
using System.Security.Cryptography;
using Portal.Storage.Oci;

namespace Portal.Storage.Uploads;

/// <summary>The running SHA-256 of an upload's first <see cref="Length"/> bytes.</summary>
/// <remarks>It is only worth anything while its length is the data's: see <see cref="Invalidate"/>.</remarks>
internal sealed class UploadHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public long Length { get; private set; }

    public void Append(ReadOnlySequence<byte> content)
    {
        foreach (var part in content)
        {
            _hash.AppendData(part.Span);
        }

        Length += content.Length;
    }

    /// <summary>After a failed write nobody knows what lies in storage: this hash must never match its length again.</summary>
    public void Invalidate()
    {
        Length = -1;
    }

    public Digest Current()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetCurrentHash(hash);
        return Digest.FromHash(hash);
    }

    public void Dispose()
    {
        _hash.Dispose();
    }

    /// <summary>Reads content through a hash of the given kind.</summary>
    public static async Task<Digest> OfAsync(Stream content, DigestAlgorithm algorithm, CancellationToken cancellationToken)
    {
        var hash = algorithm == DigestAlgorithm.Sha256
            ? await SHA256.HashDataAsync(content, cancellationToken)
            : await SHA512.HashDataAsync(content, cancellationToken);
        return Digest.FromHash(hash);
    }
}
