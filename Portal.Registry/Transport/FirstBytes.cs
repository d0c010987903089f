using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Portal.Registry.Transport;

/// <summary>Looks at what a client sends first, and leaves it for whoever reads next.</summary>
internal static class FirstBytes
{
    /// <param name="patience">How long the client may take to send enough.</param>
    /// <param name="judge">Null when more has to come before it can tell.</param>
    /// <returns>The verdict; false when the client ends with too little for one; null when it sent nothing, or took too long.</returns>
    public static async Task<bool?> JudgeAsync(ConnectionContext connection, TimeSpan patience, Func<ReadOnlySequence<byte>, bool?> judge)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        deadline.CancelAfter(patience);
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(deadline.Token);
                var (verdict, isEmpty) = (judge(read.Buffer), read.Buffer.IsEmpty);
                input.AdvanceTo(read.Buffer.Start, verdict is null ? read.Buffer.End : read.Buffer.Start);
                if (verdict is not null || read.IsCompleted)
                {
                    return verdict ?? (isEmpty ? null : false);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ConnectionResetException or ConnectionAbortedException)
        {
            return null;
        }
    }
}
