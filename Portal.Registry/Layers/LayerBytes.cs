namespace Portal.Registry.Layers;

/// <summary>Stored bytes of which the first ones were looked at already; counts what is read.</summary>
internal sealed class LayerBytes(ReadOnlyMemory<byte> head, Stream rest) : ForwardStream
{
    private long _position;

    /// <summary>Whether the storage failed.</summary>
    public bool HasFailed { get; private set; }

    public override long Position
    {
        get => Interlocked.Read(ref _position);
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var position = (int)Math.Min(_position, head.Length);
        var read = Math.Min(buffer.Length, head.Length - position);
        if (read > 0)
        {
            head.Slice(position, read).CopyTo(buffer);
        }
        else
        {
            try
            {
                read = await rest.ReadAsync(buffer, cancellationToken);
            }
            catch
            {
                HasFailed = true;
                throw;
            }
        }

        Interlocked.Add(ref _position, read);
        return read;
    }

    public override async ValueTask DisposeAsync()
    {
        await rest.DisposeAsync();
        await base.DisposeAsync();
    }
}
