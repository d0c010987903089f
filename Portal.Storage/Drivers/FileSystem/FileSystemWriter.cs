using Microsoft.Win32.SafeHandles;

namespace Portal.Storage.Drivers.FileSystem;

/// <summary>Appends to one file by position; flushes to disk at commit.</summary>
internal sealed class FileSystemWriter(SafeFileHandle handle, long length) : IStorageWriter
{
    public long Length { get; private set; } = length;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await RandomAccess.WriteAsync(handle, content, Length, cancellationToken);
        Length += content.Length;
    }

    public ValueTask CommitAsync()
    {
        RandomAccess.FlushToDisk(handle);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        handle.Dispose();
        return ValueTask.CompletedTask;
    }
}
