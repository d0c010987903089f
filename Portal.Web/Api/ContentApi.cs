using System.Text;
using Portal.Registry.Catalog;
using Portal.Registry.Inspection;
using Portal.Storage.Metadata;

namespace Portal.Web.Api;

/// <summary>An image's parts as they are stored, its Dockerfile, and what it takes. Looking is no pull.</summary>
internal sealed class ContentApi(ContentFiles files, ImageInspector inspector, RepositoryContents contents) : ApiResource
{
    private const string Manifest = "repositories/{name}/-/manifests/{digest}";

    public override string Name => "Content of images";

    public override IEnumerable<ApiOperation> Operations =>
    [
        ApiOperation.Download("downloadManifest", $"{Manifest}/content", "A manifest, byte by byte", DownloadManifestAsync),
        ApiOperation.Download("downloadBlob", "repositories/{name}/-/blobs/{blob}", "A blob, byte by byte: a config, a layer, a document", DownloadBlobAsync) with
        {
            Note = "It is sent from its beginning. The registry's own address has ranges.",
        },
        ApiOperation.Download("getDockerfile", $"{Manifest}/dockerfile", "The history of an image as a Dockerfile", GetDockerfileAsync, "text/plain; charset=utf-8") with
        {
            Note = "It tells how the image came to be; it need not build. Values that look like secrets are hidden in it unless they are asked for.",
            Query = [new ApiParameter("secrets", "Hides nothing", "true") { Type = "boolean", Default = "false" }],
        },
        ApiOperation.Get("getImageUse", $"{Manifest}/use", "What a tagged image takes that no other tag leads to", ApiJson.Default.ApiStorageUse, GetImageUseAsync) with
        {
            Note = "With what it lists and what refers to it. The bytes of its own would be freed when it went with all its tags. Without a tag it is not measured: 404.",
        },
        ApiOperation.Get("getRepositoryUse", "repositories/{name}/-/use", "What a repository takes that no other one shares", ApiJson.Default.ApiStorageUse, GetRepositoryUseAsync),
    ];

    private async Task<ApiContent?> DownloadManifestAsync(ApiRequest request) =>
        await files.ReadManifestAsync(request.Who, request.Name, request.Digest, request.Aborted) is { } bytes
            ? ApiContent.Of(bytes, $"{request.Digest.AlgorithmName}-{request.Digest.Hex}.json")
            : null;

    private async Task<ApiContent?> DownloadBlobAsync(ApiRequest request)
    {
        var digest = request.DigestInPath("blob");
        return await files.OpenBlobAsync(request.Who, request.Name, digest, request.Aborted) is not var (content, size) ? null : new ApiContent
        {
            FileName = $"{digest.AlgorithmName}-{digest.Hex}.bin",
            Size = size,
            CopyAsync = content.CopyToAsync,
            Source = content,
        };
    }

    private async Task<ApiContent?> GetDockerfileAsync(ApiRequest request)
    {
        var shows = request.Flag("secrets") ?? false;
        if (await inspector.InspectAsync(request.Who, request.Name, request.Digest, request.Aborted) is not { Config: { } config } image)
        {
            return null;
        }

        var text = Dockerfile.Of(HistoryStep.Of(config.History, image.Layers), image.BaseImage);
        return ApiContent.Of(Encoding.UTF8.GetBytes(shows ? text : SecretValues.Mask(text)));
    }

    private async Task<ApiStorageUse?> GetImageUseAsync(ApiRequest request) =>
        await contents.MeasureOwnAsync(request.Who, request.Name, request.Digest, request.Aborted) is { } use ? ApiStorageUse.Of(use) : null;

    private async Task<ApiStorageUse?> GetRepositoryUseAsync(ApiRequest request) =>
        await contents.MeasureAsync(request.Who, request.Name, request.Aborted) is { } use ? ApiStorageUse.Of(use) : null;
}

/// <summary>What configs and layers take, each once.</summary>
internal sealed record ApiStorageUse
{
    /// <summary>Bytes that nothing else refers to.</summary>
    public required long Own { get; init; }

    /// <summary>Bytes that others refer to as well.</summary>
    public required long Shared { get; init; }

    internal static ApiStorageUse Of(StorageUse use) => new() { Own = use.Own, Shared = use.Shared };
}
