using Portal.Storage.Layers;

namespace Portal.Registry.Layers;

/// <summary>The bytes of one file of an image, read out of its layer as they are asked for.</summary>
public sealed class FileContent : IAsyncDisposable
{
    private readonly LayerArchive _archive;
    private long _left;

    internal FileContent(TreeNode node, LayerArchive archive)
    {
        (Node, _archive, _left) = (node, archive, node.Entry.Size);
    }

    /// <summary>Whose bytes they are: of a hard link, the file's that it names.</summary>
    public TreeNode Node { get; }

    /// <summary>Bytes of the whole file.</summary>
    public long Size => Node.Entry.Size;

    /// <summary>The next bytes; the last ones when the buffer is not full.</summary>
    /// <exception cref="LayerUnreadableException">The layer is damaged before the file's end.</exception>
    public async Task<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var wanted = (int)Math.Min(buffer.Length, _left);
        var read = await _archive.ReadAtLeastAsync(buffer[..wanted], wanted, throwOnEndOfStream: false, cancellationToken);
        _left -= read;
        return read == wanted ? read : throw new LayerUnreadableException(LayerFault.EndsInFile, $"The layer ends before the file does.");
    }

    public ValueTask DisposeAsync() => _archive.DisposeAsync();

    /// <summary>Passes over what comes before the file.</summary>
    internal async Task SeekAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (_archive.Position < Node.Entry.Offset)
        {
            var wanted = (int)Math.Min(buffer.Length, Node.Entry.Offset - _archive.Position);
            if (await _archive.ReadAsync(buffer.AsMemory(0, wanted), cancellationToken) == 0)
            {
                throw new LayerUnreadableException(LayerFault.EndsBeforeFile, $"The layer ends before the file begins.");
            }
        }
    }
}
