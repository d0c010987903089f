using System.Net;

namespace Portal.Tests.Fixtures;

/// <summary>A body whose second half waits for the test.</summary>
public sealed class HeldBody(byte[] first, byte[] second) : HttpContent
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when the first half is sent.</summary>
    public Task Begun => _begun.Task;

    public void Finish() => _finished.SetResult();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(first, cancellationToken);
        await stream.FlushAsync(cancellationToken);
        _begun.SetResult();
        await _finished.Task.WaitAsync(cancellationToken);
        await stream.WriteAsync(second, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
