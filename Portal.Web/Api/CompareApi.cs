using Portal.Registry.Inspection;
using Portal.Registry.Inspection.Attachments;
using Portal.Storage.Metadata;

namespace Portal.Web.Api;

/// <summary>What differs between two images, of one repository or of two. A client that leaves ends it.</summary>
internal sealed class CompareApi(ImageComparer comparer, FileComparer files, AttachmentTree attachments, SbomReader sboms) : ApiResource
{
    private static readonly ApiParameter[] Sides =
    [
        new("a", "The first image, as repository:tag or repository@digest", "team/app:1.0") { IsRequired = true },
        new("b", "The second image", "team/app:2.0") { IsRequired = true },
        new("platformA", "Which image of an index the first is; without it, the one that is likely wanted", "linux/amd64"),
        new("platformB", "The same for the second", "linux/amd64"),
    ];

    public override string Name => "Comparison";

    public override IEnumerable<ApiOperation> Operations =>
    [
        ApiOperation.Get("compareImages", "compare", "What differs between two images: configuration, layers, size", ApiJson.Default.ApiComparison, CompareAsync) with { Query = Sides },
        ApiOperation.Get("compareFiles", "compare/files", "Files that two images do not have in common", ApiJson.Default.ApiFileComparison, CompareFilesAsync) with
        {
            Note = "The first time the layers of both are read from end to end, which takes its time for large ones.",
            Query = [.. Sides, ApiParameter.Search with { Description = "A part of a path, whatever its case", Example = "file" }, ApiParameter.Limit, ApiParameter.Next],
        },
        ApiOperation.List(
            "comparePackages",
            "compare/packages",
            "Packages that differ, by the lists (SBOM) that are attached to both images",
            ApiJson.Default.ApiListApiDifference,
            ComparePackagesAsync,
            [.. Sides, ApiParameter.Search with { Description = "A part of a package's name, whatever its case", Example = "ssl" }]),
    ];

    private async Task<ApiComparison?> CompareAsync(ApiRequest request)
    {
        var (a, b) = (await OpenAsync(request, "a", "platformA"), await OpenAsync(request, "b", "platformB"));
        var comparison = ImageComparison.Of(a.Image!, b.Image!);
        return new ApiComparison
        {
            A = ApiComparedImage.Of(a),
            B = ApiComparedImage.Of(b),
            SizeDifference = comparison.SizeDifference,
            Settings = [.. comparison.Settings.Select(ApiDifference.Of)],
            Environment = [.. comparison.Environment.Select(ApiDifference.Of)],
            Labels = [.. comparison.Labels.Select(ApiDifference.Of)],
            Annotations = [.. comparison.Annotations.Select(ApiDifference.Of)],
            LayersOfBoth = [.. comparison.Shared.Select(ApiDescriptor.Of)],
            LayersOfA = [.. comparison.OnlyBefore.Select(ApiDescriptor.Of)],
            LayersOfB = [.. comparison.OnlyAfter.Select(ApiDescriptor.Of)],
        };
    }

    private async Task<ApiFileComparison?> CompareFilesAsync(ApiRequest request)
    {
        var query = new FileDifferenceQuery(request.Text("q"), request.Skip, request.Limit);
        var (a, b) = (await OpenAsync(request, "a", "platformA"), await OpenAsync(request, "b", "platformB"));
        var found = await files.CompareAsync(
            request.Who, (a.Reference.Name, a.Image!.Manifest.Digest), (b.Reference.Name, b.Image!.Manifest.Digest), query, progress: null, request.Aborted);
        if (found is null)
        {
            return null;
        }

        var part = request.Page(found.Files, ApiFileDifference.Of);
        return new ApiFileComparison
        {
            Items = part.Items,
            Total = part.Total,
            Next = part.Next,
            Added = found.Added,
            Removed = found.Removed,
            Changed = found.Changed,
            BytesAdded = found.BytesAdded,
            BytesRemoved = found.BytesRemoved,
            Problems = [.. found.Problems.Select(problem => problem.ToString())],
        };
    }

    private async Task<ApiList<ApiDifference>?> ComparePackagesAsync(ApiRequest request)
    {
        var query = new PackageQuery(request.Text("q"), request.Skip, request.Limit);
        var (a, b) = (await OpenAsync(request, "a", "platformA"), await OpenAsync(request, "b", "platformB"));
        var before = await attachments.FindSbomAsync(request.Who, a, request.Aborted) ?? throw Missing($"no list of packages (SBOM) is attached to {a.Reference}");
        var after = await attachments.FindSbomAsync(request.Who, b, request.Aborted) ?? throw Missing($"no list of packages (SBOM) is attached to {b.Reference}");
        var found = await sboms.CompareAsync(request.Who, (a.Reference.Name, before), (b.Reference.Name, after), query, request.Aborted)
            ?? throw Missing("one of the two lists of packages cannot be read");
        return request.Page(found, ApiDifference.Of);
    }

    /// <summary>One side, which there is.</summary>
    private async Task<ComparedImage> OpenAsync(ApiRequest request, string name, string platform)
    {
        var text = request.Needed(name, "an image, as repository:tag or repository@digest");
        if (!ImageReference.TryParse(text, host: null, out var reference))
        {
            throw new ApiException($"the parameter {name} is \"{text}\": it can be repository:tag or repository@digest");
        }

        var found = await comparer.OpenAsync(request.Who, reference, request.Text(platform), request.Aborted);
        return found.Image is not null ? found
            : found.Found is null ? throw Missing($"\"{reference}\" is not there, or not for \"{request.Who.Name ?? "anonymous users"}\" to see")
            : found.Choices.Count == 0 ? throw Missing($"\"{reference}\" is an index that lists no image")
            : throw Missing($"\"{reference}\" has no image for this platform: there are {string.Join(", ", found.Choices.Select(choice => choice.Key))}");
    }

    private static ApiException Missing(string detail) => new(StatusCodes.Status404NotFound, "NOT_FOUND", detail);
}

/// <summary>What differs between two images, by their manifests and configurations.</summary>
internal sealed record ApiComparison
{
    /// <summary>The first.</summary>
    public required ApiComparedImage A { get; init; }

    /// <summary>The second.</summary>
    public required ApiComparedImage B { get; init; }

    /// <summary>How many bytes larger the second is; negative when it is smaller.</summary>
    public required long SizeDifference { get; init; }

    /// <summary>How containers are started: entrypoint, user and so on.</summary>
    public required IReadOnlyList<ApiDifference> Settings { get; init; }

    /// <summary>Variables of the environment.</summary>
    public required IReadOnlyList<ApiDifference> Environment { get; init; }

    /// <summary>Labels of the configurations.</summary>
    public required IReadOnlyList<ApiDifference> Labels { get; init; }

    /// <summary>Annotations of the manifests.</summary>
    public required IReadOnlyList<ApiDifference> Annotations { get; init; }

    /// <summary>Layers that both have, in the order of the second.</summary>
    public required IReadOnlyList<ApiDescriptor> LayersOfBoth { get; init; }

    /// <summary>Layers of the first alone.</summary>
    public required IReadOnlyList<ApiDescriptor> LayersOfA { get; init; }

    /// <summary>Layers of the second alone.</summary>
    public required IReadOnlyList<ApiDescriptor> LayersOfB { get; init; }
}

/// <summary>An image that is compared.</summary>
internal sealed record ApiComparedImage
{
    /// <summary>Its repository.</summary>
    public required string Repository { get; init; }

    /// <summary>Of the manifest that is compared: of an index, that of the platform.</summary>
    public required string Digest { get; init; }

    /// <summary>What it is to a person.</summary>
    public required ManifestKind Kind { get; init; }

    /// <summary>Bytes of config and layers.</summary>
    public required long Size { get; init; }

    /// <summary>Which image of an index it is; null when it is of none.</summary>
    public string? Platform { get; init; }

    /// <summary>What the index offers beside it; none when it is of no index.</summary>
    public required IReadOnlyList<string> Platforms { get; init; }

    internal static ApiComparedImage Of(ComparedImage side) => new()
    {
        Repository = side.Reference.Name.ToString(),
        Digest = side.Image!.Manifest.Digest.ToString(),
        Kind = side.Image.Kind,
        Size = side.Image.Size,
        Platform = side.Choice?.Key,
        Platforms = [.. side.Choices.Select(choice => choice.Key)],
    };
}

/// <summary>A value that two images do not have in common.</summary>
internal sealed record ApiDifference
{
    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the second has it in addition, not any more, or another value.</summary>
    public required Change Change { get; init; }

    /// <summary>Its value in the first; null when it is not there.</summary>
    public string? Before { get; init; }

    /// <summary>Its value in the second; null when it is not there.</summary>
    public string? After { get; init; }

    internal static ApiDifference Of(SettingDifference difference) =>
        Of(new Difference(ApiJson.NameOf(difference.Setting.ToString()), difference.Before, difference.After));

    internal static ApiDifference Of(Difference difference) => new() { Name = difference.Name, Change = difference.Change, Before = difference.Before, After = difference.After };
}
