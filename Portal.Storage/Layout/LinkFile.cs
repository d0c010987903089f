using System.Text;
using Portal.Storage.Drivers;
using Portal.Storage.Oci;

namespace Portal.Storage.Layout;

/// <summary>A file that holds one digest and nothing else.</summary>
public static class LinkFile
{
    private const int MaxSize = 256;

    /// <returns>Null when the file is absent or holds no digest, as one that a power cut left empty, or one that is far too long.</returns>
    public static async ValueTask<Digest?> ReadLinkAsync(
        this IStorageDriver driver, StoragePath path, CancellationToken cancellationToken)
    {
        try
        {
            return await driver.ReadAsync(path, MaxSize, cancellationToken) is { } content ? Parse(content) : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Whether there is a link, and since when: its place says all that it holds, so no file is opened.</summary>
    /// <returns>When it was written; null when it is absent or, as a power cut leaves one, empty.</returns>
    public static async ValueTask<DateTimeOffset?> StatLinkAsync(
        this IStorageDriver driver, StoragePath path, CancellationToken cancellationToken)
    {
        return await driver.StatAsync(path, cancellationToken) is { IsFolder: false, Size: > 0 } link ? link.Modified : null;
    }

    public static ValueTask WriteLinkAsync(
        this IStorageDriver driver, StoragePath path, Digest digest, CancellationToken cancellationToken)
    {
        return driver.PutAsync(path, Encoding.ASCII.GetBytes(digest.ToString()), cancellationToken);
    }

    /// <summary>The digests that the folders <c>ALG/HEX</c> below a folder name, each with its link, in no promised order.</summary>
    public static async IAsyncEnumerable<Digest> ListLinksAsync(
        this IStorageDriver driver,
        Func<string, StoragePath> folderOfAlgorithm,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var algorithm in RegistryPaths.Algorithms)
        {
            var folder = folderOfAlgorithm(algorithm);
            await foreach (var child in driver.ListAsync(folder, null, int.MaxValue, cancellationToken))
            {
                if (await driver.ReadLinkAsync(folder / child.Name / RegistryPaths.Link, cancellationToken) is { } digest)
                {
                    yield return digest;
                }
            }
        }
    }

    private static Digest? Parse(ReadOnlySpan<byte> content)
    {
        Span<char> text = stackalloc char[MaxSize];
        text = text[..Encoding.ASCII.GetChars(content, text)];
        return Digest.TryParse(text.Trim(), out var digest) ? digest : null;
    }
}
