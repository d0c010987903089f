using System.Runtime.ExceptionServices;

namespace Portal.Storage.Uploads;

/// <summary>Fills large buffers from a request body, and keeps what arrived when the client breaks off.</summary>
internal sealed class UploadBody(Stream body)
{
    private ExceptionDispatchInfo? _failure;

    /// <summary>Reads until the buffer is full or the body ends or breaks.</summary>
    /// <returns>Bytes read; 0 when nothing more comes.</returns>
    public async Task<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var filled = 0;
        while (filled < buffer.Length && _failure is null)
        {
            int read;
            try
            {
                read = await body.ReadAsync(buffer[filled..], cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                _failure = ExceptionDispatchInfo.Capture(exception);
                break;
            }

            if (read == 0)
            {
                break;
            }

            filled += read;
        }

        return filled;
    }

    /// <summary>Throws what broke the body off, once everything before it is written.</summary>
    public void ThrowIfBroken()
    {
        _failure?.Throw();
    }
}
