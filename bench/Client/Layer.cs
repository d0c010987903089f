using System.Globalization;
using System.Security.Cryptography;

namespace Portal.Bench;

/// <summary>
/// A blob of any size that takes next to no memory and no time to make: a first block that no other blob has, and then
/// one random block again and again. Bytes that stay in the processor's cache cost the sender least.
/// </summary>
public sealed class Layer
{
    private const int BlockSize = 1024 * 1024;

    // What Docker's client puts into one chunk of a chunked body.
    private const int ChunkSize = 32 * 1024;

    private static readonly byte[] Repeated = RandomNumberGenerator.GetBytes(BlockSize);
    private static readonly byte[] RepeatedChunks = Chunk(Repeated);
    private readonly byte[] _first;
    private readonly int _blocks;

    /// <param name="size">In bytes; a multiple of 1 MiB when it is more than that.</param>
    public Layer(long size)
    {
        Size = size;
        _first = RandomNumberGenerator.GetBytes((int)Math.Min(size, BlockSize));
        _blocks = (int)((size - _first.Length) / BlockSize);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_first);
        for (var block = 0; block < _blocks; block++)
        {
            hash.AppendData(Repeated);
        }

        Digest = "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public long Size { get; }

    public string Digest { get; }

    /// <summary>Pushes as Docker does: an upload, one streamed PATCH in chunks, the commit.</summary>
    public void Stream(HttpConnection connection, string repository)
    {
        var location = Begin(connection, repository);
        connection.SendHead("PATCH", location, "Transfer-Encoding: chunked");
        connection.Write(Chunk(_first));
        for (var block = 0; block < _blocks; block++)
        {
            connection.Write(RepeatedChunks);
        }

        connection.Write("0\r\n\r\n"u8);
        location = PathOf(connection.Receive(hasBody: true).Expect(202));
        connection.Send("PUT", WithDigest(location)).Expect(201);
    }

    /// <summary>Pushes as containerd does: an upload, and its commit with the whole body. For small layers.</summary>
    public void Put(HttpConnection connection, string repository)
    {
        connection.Send("PUT", WithDigest(Begin(connection, repository)), _first).Expect(201);
    }

    private static string Begin(HttpConnection connection, string repository)
    {
        return PathOf(connection.Send("POST", $"/v2/{repository}/blobs/uploads/").Expect(202));
    }

    private static string PathOf(HttpAnswer answer)
    {
        var location = answer["Location"] ?? throw new BenchException($"the answer has no Location:\n{answer.Head}");
        return location.StartsWith('/') ? location : new Uri(location).PathAndQuery;
    }

    private string WithDigest(string location)
    {
        return $"{location}{(location.Contains('?') ? '&' : '?')}digest={Digest}";
    }

    /// <summary>The bytes in the framing of a chunked body, without its end.</summary>
    private static byte[] Chunk(byte[] content)
    {
        using var framed = new MemoryStream();
        foreach (var chunk in content.Chunk(ChunkSize))
        {
            framed.Write(System.Text.Encoding.ASCII.GetBytes(chunk.Length.ToString("x", CultureInfo.InvariantCulture)));
            framed.Write("\r\n"u8);
            framed.Write(chunk);
            framed.Write("\r\n"u8);
        }

        return framed.ToArray();
    }
}
