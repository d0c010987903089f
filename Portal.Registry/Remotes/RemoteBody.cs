using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Registry.Remotes;

/// <summary>The body of an answer from elsewhere, up to a bound.</summary>
internal static class RemoteBody
{
    private const int LongestSentence = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>A sentence that may tell of what came, up to a bound.</summary>
    public static string Shorten(string sentence) => sentence.Length > LongestSentence ? sentence[..LongestSentence] : sentence;

    /// <exception cref="OciException">UNAVAILABLE: it is longer, breaks off, or takes too long.</exception>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, int most, CancellationToken cancellationToken)
    {
        var server = response.RequestMessage?.RequestUri?.Authority;

        // The client's own patience ends with the head.
        using var inTime = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        inTime.CancelAfter(Patience);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(inTime.Token);
            using var content = new MemoryStream();
            var buffer = new byte[16 * 1024];
            while (await body.ReadAsync(buffer, inTime.Token) is var read and > 0)
            {
                if (content.Length + read > most)
                {
                    throw new OciException(ErrorCode.Unavailable, new Reason(RemoteRefusal.AnswerTooLong, $"{server} answers with more than {most} bytes"));
                }

                content.Write(buffer, 0, read);
            }

            return content.ToArray();
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw new OciException(ErrorCode.Unavailable, new Reason(RemoteRefusal.AnswerBreaksOff, $"the answer of {server} breaks off: {exception.Message}"));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OciException(ErrorCode.Unavailable, new Reason(RemoteRefusal.AnswerDoesNotEnd, $"{server} does not end its answer within {Patience.TotalSeconds:0} seconds"));
        }
    }
}
