using System.Text.Json;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;

namespace Portal.Registry.Protocol;

/// <summary><c>/v2/NAME/referrers/DIGEST</c> (OCI distribution 1.1, "Listing Referrers").</summary>
public sealed class ReferrersEndpoint(LocalRegistry registry)
{
    // An answer is a manifest to clients, and those have at most 4 MiB: a few hundred annotated descriptors fit surely.
    private const int PageSize = 500;

    public async Task GetAsync(RegistryRequest request)
    {
        var subject = Digest.Parse(request.Argument);
        var page = Pagination.Read(request.Http);
        var count = Math.Clamp(page.Count ?? PageSize, 1, PageSize);
        var filter = request.Http.Query["artifactType"] is [{ Length: > 0 } type, ..] ? type : null;

        var descriptors = new List<Descriptor>();
        await foreach (var descriptor in ListAsync(request, subject, page.Last))
        {
            if (filter is not null && descriptor.ArtifactType != filter)
            {
                continue;
            }

            if (descriptors.Count == count)
            {
                Pagination.SetNext(
                    request.Response,
                    request.LinkTo($"referrers/{subject}"),
                    descriptors[^1].Digest.ToString(),
                    count,
                    filter is null ? null : $"&artifactType={Uri.EscapeDataString(filter)}");
                break;
            }

            descriptors.Add(descriptor);
        }

        if (filter is not null)
        {
            request.Response.Headers["OCI-Filters-Applied"] = "artifactType";
        }

        var index = new ImageIndex { SchemaVersion = 2, MediaType = MediaTypes.OciIndex, Manifests = descriptors };
        var body = JsonSerializer.SerializeToUtf8Bytes(index, OciJson.Default.ImageIndex);
        request.Response.ContentType = MediaTypes.OciIndex;
        request.Response.ContentLength = body.Length;
        if (!request.IsHead)
        {
            await request.Response.Body.WriteAsync(body, request.Aborted);
        }
    }

    /// <summary>What refers to the subject, by our links and by the tag that clients without this API maintain.</summary>
    private async IAsyncEnumerable<Descriptor> ListAsync(RegistryRequest request, Digest subject, string? after)
    {
        var digests = new SortedSet<Digest>(await registry.Referrers.ListAsync(request.Name, subject, request.Aborted));
        var fallback = await registry.Tags.FindAsync(
            request.Name, Tag.Parse($"{subject.AlgorithmName}-{subject.Hex[..Math.Min(64, subject.Hex.Length)]}"), request.Aborted);
        if (fallback is not null
            && await registry.Manifests.GetAsync(request.Name, fallback.Value, request.Aborted) is { Index: { } tagged })
        {
            digests.UnionWith(tagged.Manifests.Select(descriptor => descriptor.Digest));
        }

        foreach (var digest in digests)
        {
            if ((after is null || string.CompareOrdinal(digest.ToString(), after) > 0)
                && await registry.Manifests.GetAsync(request.Name, digest, request.Aborted) is { } manifest)
            {
                yield return manifest.Descriptor with
                {
                    ArtifactType = manifest.ArtifactType,
                    Annotations = manifest.Annotations,
                };
            }
        }
    }
}
