using Portal.Registry.Activity;
using Portal.Registry.Catalog;
using Portal.Registry.Deletion;
using Portal.Registry.Inspection;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Web.Components.Images;

namespace Portal.Web.Api;

/// <summary>A manifest and what it refers to, by tag or digest. Looking is no pull.</summary>
internal sealed class ImagesApi(ImageInspector inspector, RepositoryCatalog catalog, ActivityHistory history, RepositoryDeletion deletion, DeletionMemory recent, PortalSettings settings) : ApiResource
{
    private const int MostTags = 200;

    public override string Name => "Images and other manifests";

    public override IEnumerable<ApiOperation> Operations =>
    [
        ApiOperation.Get("getTag", "repositories/{name}/-/tags/{tag}", "What a tag points to: config, layers, history, referrers", ApiJson.Default.ApiImage, GetByTagAsync),
        ApiOperation.Get("getManifest", "repositories/{name}/-/manifests/{digest}", "The same by its digest", ApiJson.Default.ApiImage, GetByDigestAsync),
        ApiOperation.Change(
            "deleteManifest", HttpMethods.Delete, "repositories/{name}/-/manifests/{digest}", "Deletes a manifest and every tag that points to it", ApiJson.Default.ApiDeleted, DeleteAsync) with
        {
            Note = "undoDeletion brings it back for a while. Later a push of the same bytes does, which sends no layer anew until a garbage collection.",
        },
    ];

    private Task<ApiImage?> GetByTagAsync(ApiRequest request) => GetAsync(request, request.Tag);

    private Task<ApiImage?> GetByDigestAsync(ApiRequest request) => GetAsync(request, request.Digest);

    private async Task<ApiDeleted?> DeleteAsync(ApiRequest request)
    {
        var deleted = new DeletedContent(request.Name);
        return await deletion.DeleteManifestAsync(request.Digest, deleted, request.Actor, request.Aborted)
            ? new ApiDeleted { Tags = deleted.TagCount, Manifests = deleted.ManifestCount, DeletionId = recent.Add(deleted, request.Who.Name) }
            : null;
    }

    private async Task<ApiImage?> GetAsync(ApiRequest request, Reference reference)
    {
        if (await inspector.InspectAsync(request.Who, request.Name, reference, request.Aborted) is not { } image)
        {
            return null;
        }

        var digest = image.Manifest.Digest;
        var query = new TagQuery { Search = digest.ToString(), Sort = TagSort.Name, Descending = false, Take = MostTags };
        var tags = await catalog.FindTagsAsync(request.Who, request.Name, query, request.Aborted);
        Tag[] names = [.. tags.Items.Select(tag => tag.Name)];
        var pulls = await history.PullsOfAsync(request.Who, request.Name, digest, names, request.Aborted);
        return ApiImage.Of(image, names, pulls, PullCommand.For(image, settings.RegistryAddress(request.Portal), reference.IsDigest ? null : reference.Tag));
    }
}
