using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Portal.Storage.Drivers.FileSystem;

/// <summary>Appends to one file by position; flushes to disk at commit.</summary>
internal sealed class FileSystemWriter(SafeFileHandle handle, long length) : IStorageWriter
{
    public long Length { get; private set; } = length;

    /// <remarks>It writes on the caller's thread: an asynchronous write would block another one of the pool instead.</remarks>
    public ValueTask WriteAsync(ReadOnlySequence<byte> content, CancellationToken cancellationToken)
    {
        if (content.IsSingleSegment)
        {
            RandomAccess.Write(handle, content.FirstSpan, Length);
        }
        else
        {
            var parts = new List<ReadOnlyMemory<byte>>();
            foreach (var part in content)
            {
                parts.Add(part);
            }

            RandomAccess.Write(handle, parts, Length);
        }

        Length += content.Length;
        return ValueTask.CompletedTask;
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
