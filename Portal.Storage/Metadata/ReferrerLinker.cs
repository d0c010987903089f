using Microsoft.Extensions.Logging;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;

namespace Portal.Storage.Metadata;

/// <summary>
/// Writes the referrer links that storage lacks: a manifest that came while another registry served it has none. The link
/// comes before the index's row, so that a crash between the two repeats both.
/// </summary>
internal sealed partial class ReferrerLinker(LocalRegistry registry, ILogger logger)
{
    public async Task LinkAsync(RepositoryName name, IEnumerable<Digest> manifests, CancellationToken cancellationToken)
    {
        foreach (var digest in manifests)
        {
            try
            {
                if ((await registry.Manifests.GetAsync(name, digest, cancellationToken))?.Subject is { } subject)
                {
                    await registry.Referrers.AddAsync(name, subject.Digest, digest, cancellationToken);
                }
            }
            catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                // Storage that is damaged or mounted read-only must not keep the index from being built.
                Log.NotLinked(logger, exception, name, digest);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "No referrer link could be written for {Digest} of {Repository}")]
        public static partial void NotLinked(ILogger logger, Exception exception, RepositoryName repository, Digest digest);
    }
}
