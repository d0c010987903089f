namespace Portal.Registry.Layers;

/// <summary>Stored bytes of which the first ones were looked at already; counts what is read.</summary>
/// <param name="start">Bytes of the layer that are passed over.</param>
internal sealed class LayerBytes(ReadOnlyMemory<byte> head, Stream rest, long start = 0) : ForwardStream
{
    private long _read;

    /// <summary>Whether the storage failed.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Called before each piece that is read; what it throws ends the reading, and is no failure of the storage.</summary>
    public Action? Reading { get; set; }

    public override long Position
    {
        get => start + Interlocked.Read(ref _read);
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Reading?.Invoke();
        var position = (int)Math.Min(_read, head.Length);
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

        Interlocked.Add(ref _read, read);
        return read;
    }

    public override async ValueTask DisposeAsync()
    {
        await rest.DisposeAsync();
        await base.DisposeAsync();
    }
}
