using System.Buffers;

namespace Portal.Storage.Drivers.InMemory;

/// <summary>A file as the chunks it was written in; growing copies nothing. The driver's lock guards it.</summary>
internal sealed class MemoryFile
{
    private readonly List<ReadOnlyMemory<byte>> _chunks = [];

    public long Length { get; private set; }

    public DateTimeOffset Modified { get; private set; }

    public void Append(in ReadOnlySequence<byte> content, DateTimeOffset now)
    {
        Modified = now;
        if (!content.IsEmpty)
        {
            _chunks.Add(content.ToArray());
            Length += content.Length;
        }
    }

    /// <summary>The chunks as of now, so that a reader is not disturbed by a writer.</summary>
    public ReadOnlyMemory<byte>[] Snapshot()
    {
        return [.. _chunks];
    }
}

/// <summary>Reads chunks one after the other.</summary>
internal sealed class MemoryFileStream : Stream
{
    private readonly ReadOnlyMemory<byte>[] _chunks;
    private int _chunk;
    private int _offset;

    public MemoryFileStream(ReadOnlyMemory<byte>[] chunks, long offset)
    {
        _chunks = chunks;
        Length = chunks.Sum(chunk => (long)chunk.Length);
        while (_chunk < chunks.Length && offset >= chunks[_chunk].Length)
        {
            offset -= chunks[_chunk++].Length;
        }

        _offset = _chunk < chunks.Length ? (int)offset : 0;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (_chunk == _chunks.Length)
        {
            return 0;
        }

        var rest = _chunks[_chunk].Span[_offset..];
        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        _offset += count;
        if (_offset == _chunks[_chunk].Length)
        {
            _chunk++;
            _offset = 0;
        }

        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
