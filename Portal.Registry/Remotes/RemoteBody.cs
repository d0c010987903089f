using Portal.Storage.Oci;

namespace Portal.Registry.Remotes;

/// <summary>The body of an answer from elsewhere, up to a bound.</summary>
internal static class RemoteBody
{
    /// <exception cref="OciException">UNAVAILABLE: it is longer.</exception>
    public static async Task<byte[]> ReadAsync(HttpResponseMessage response, int most, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await body.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            if (content.Length + read > most)
            {
                throw new OciException(ErrorCode.Unavailable, $"{response.RequestMessage?.RequestUri?.Authority} answers with more than {most} bytes");
            }

            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }
}
