using Portal.Storage.Drivers;
using Portal.Storage.Oci;

namespace Portal.Storage.Layout;

/// <summary>
/// Every path of the store, the same as <c>registry:2</c>'s but for what is marked ours:
/// <code>
/// docker/registry/v2/
///   collection.lock                                ours: held while garbage is collected
///   blobs/ALG/HE/HEX/data                            each blob and manifest, once
///   repositories/NAME/
///     _layers/ALG/HEX/link                           the repository may serve this blob
///     _manifests/revisions/ALG/HEX/link              the repository has this manifest
///     _manifests/tags/TAG/current/link               what the tag points to now
///     _manifests/tags/TAG/index/ALG/HEX/link         everything it ever pointed to
///     _uploads/UUID/data, startedat                  an upload under way (upstream also leaves hashstates/)
///     _referrers/subject/ALG/HEX/ALG/HEX/link        ours: manifest (second) refers to subject (first)
///     _referrers/complete                            ours: the links above cover all revisions
/// </code>
/// ALG is sha256 or sha512, HE the first two digits of HEX. NAME holds slashes; no component of a name begins with an
/// underscore, so such a folder ends the name.
/// </summary>
public static class RegistryPaths
{
    public const string LayersFolder = "_layers";
    public const string ManifestsFolder = "_manifests";
    public const string UploadsFolder = "_uploads";
    public const string RevisionsFolder = "revisions";
    public const string TagsFolder = "tags";
    public const string CurrentFolder = "current";
    public const string BlobsFolder = "blobs";
    public const string Link = "link";

    private const string RootText = "/docker/registry/v2";

    /// <summary>Every ALG.</summary>
    public static IReadOnlyList<string> Algorithms { get; } = ["sha256", "sha512"];

    // Paths are made on every request: each is one text, put together once.
    public static StoragePath Repositories { get; } = StoragePath.Parse($"{RootText}/repositories");

    public static StoragePath Root { get; } = StoragePath.Parse(RootText);

    public static StoragePath CollectionLock { get; } = Root / "collection.lock";

    public static StoragePath Repository(RepositoryName name) => StoragePath.Parse($"{RootText}/repositories/{name}");

    /// <param name="algorithm"><c>sha256</c> or <c>sha512</c>.</param>
    public static StoragePath Blobs(string algorithm) => StoragePath.Parse($"{RootText}/{BlobsFolder}/{algorithm}");

    public static StoragePath BlobData(Digest digest) =>
        StoragePath.Parse($"{RootText}/{BlobsFolder}/{digest.AlgorithmName}/{digest.Hex[..2]}/{digest.Hex}/data");

    public static StoragePath Layer(RepositoryName name, Digest digest) =>
        StoragePath.Parse($"{RootText}/repositories/{name}/{LayersFolder}/{digest.AlgorithmName}/{digest.Hex}");

    public static StoragePath LayerLink(RepositoryName name, Digest digest) =>
        StoragePath.Parse($"{RootText}/repositories/{name}/{LayersFolder}/{digest.AlgorithmName}/{digest.Hex}/{Link}");

    /// <param name="algorithm"><c>sha256</c> or <c>sha512</c>.</param>
    public static StoragePath Revisions(RepositoryName name, string algorithm) =>
        StoragePath.Parse($"{RootText}/repositories/{name}/{ManifestsFolder}/{RevisionsFolder}/{algorithm}");

    public static StoragePath Revision(RepositoryName name, Digest digest) =>
        StoragePath.Parse($"{RootText}/repositories/{name}/{ManifestsFolder}/{RevisionsFolder}/{digest.AlgorithmName}/{digest.Hex}");

    public static StoragePath RevisionLink(RepositoryName name, Digest digest) =>
        StoragePath.Parse($"{RootText}/repositories/{name}/{ManifestsFolder}/{RevisionsFolder}/{digest.AlgorithmName}/{digest.Hex}/{Link}");

    public static StoragePath Tags(RepositoryName name) => StoragePath.Parse($"{RootText}/repositories/{name}/{ManifestsFolder}/{TagsFolder}");

    public static StoragePath TagFolder(RepositoryName name, Tag tag) =>
        StoragePath.Parse($"{RootText}/repositories/{name}/{ManifestsFolder}/{TagsFolder}/{tag}");

    public static StoragePath TagCurrentLink(RepositoryName name, Tag tag) =>
        StoragePath.Parse($"{RootText}/repositories/{name}/{ManifestsFolder}/{TagsFolder}/{tag}/{CurrentFolder}/{Link}");

    public static StoragePath TagIndexLink(RepositoryName name, Tag tag, Digest digest) =>
        StoragePath.Parse($"{RootText}/repositories/{name}/{ManifestsFolder}/{TagsFolder}/{tag}/index/{digest.AlgorithmName}/{digest.Hex}/{Link}");

    public static StoragePath Upload(RepositoryName name, Guid id) =>
        StoragePath.Parse($"{RootText}/repositories/{name}/{UploadsFolder}/{id:D}");

    public static StoragePath UploadData(RepositoryName name, Guid id) => Upload(name, id) / "data";

    public static StoragePath UploadStartedAt(RepositoryName name, Guid id) => Upload(name, id) / "startedat";

    public static StoragePath ReferrersComplete(RepositoryName name) => Repository(name) / "_referrers/complete";

    /// <param name="algorithm">Of the referring manifests: <c>sha256</c> or <c>sha512</c>.</param>
    public static StoragePath Referrers(RepositoryName name, Digest subject, string algorithm) =>
        StoragePath.Parse($"{RootText}/repositories/{name}/_referrers/subject/{subject.AlgorithmName}/{subject.Hex}/{algorithm}");

    public static StoragePath Referrer(RepositoryName name, Digest subject, Digest manifest) =>
        Referrers(name, subject, manifest.AlgorithmName) / manifest.Hex.ToString();

    public static StoragePath ReferrerLink(RepositoryName name, Digest subject, Digest manifest) =>
        Referrer(name, subject, manifest) / Link;
}
