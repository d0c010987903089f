using Portal.Registry.Layers;
using Portal.Storage.Layers;
using Portal.Storage.Metadata;
using Portal.Web.Components.Files;
using Portal.Web.Hosting;

namespace Portal.Web.Api;

/// <summary>What is in images: layers, folders, files. A client that leaves ends the reading, unless somebody else waits for it.</summary>
internal sealed class FilesApi(ImageFiles files) : ApiResource
{
    private const string Path = "repositories/{name}/-/manifests/{digest}/files";
    private const string FirstTime = "The first time the layers are read from end to end, which takes its time for large ones; after that it is there at once.";

    private static readonly ApiParameter Layer = new("layer", "The number of a layer, from 1, for what it does to those below; without it, the image as a whole", "1") { Type = "integer" };

    private static readonly ApiParameter FilePathParameter = new("path", "Where it is, as lists tell it, without a slash at its beginning", "app/file.txt");

    public override string Name => "Files of images";

    public override IEnumerable<ApiOperation> Operations =>
    [
        ApiOperation.Get(
            "listLayers", "repositories/{name}/-/manifests/{digest}/layers", "What each layer of an image does, and what of it nobody ever sees", ApiJson.Default.ApiLayers, ListLayersAsync) with
        {
            Note = FirstTime,
        },
        ApiOperation.Get("listFiles", Path, "What is in a folder of an image or of a layer, or has a text in its path", ApiJson.Default.ApiFiles, ListAsync) with
        {
            Note = $"{FirstTime} A folder lists {FileRows.MaxListed:N0} at the most, a search finds {FileRows.MaxFound:N0}.",
            Query =
            [
                FilePathParameter with { Description = "A folder, as lists tell it, or a file for itself alone; without it, the top", Example = "app" },
                ApiParameter.Search with { Description = "A part of a path, whatever its case: looks in all folders, in the order of their names", Example = "file" },
                Layer,
                ApiParameter.Choice<FileSort>("sort", "What the order of a folder is by, folders first", FileSort.Name),
                ApiParameter.Descending,
                ApiParameter.Limit,
                ApiParameter.Next,
            ],
        },
        ApiOperation.Download("downloadFile", $"{Path}/content", "The bytes of a file of an image", DownloadAsync) with
        {
            Note = "Of a hard link, those of the file that it names. Folders, other links, devices and files with holes have none. It is sent from its beginning: there are no ranges.",
            Query = [FilePathParameter with { IsRequired = true }, Layer],
        },
    ];

    private async Task<ApiLayers?> ListLayersAsync(ApiRequest request)
    {
        if (await FindAsync(request) is not { } image)
        {
            return null;
        }

        using var tree = await files.OpenAsync(image, null, progress: null, request.Aborted);
        return new ApiLayers
        {
            Size = tree.Total,
            FileCount = tree.Files,
            Wasted = tree.Layers.Sum(layer => layer.Wasted),
            IsWhole = tree.IsWhole,
            Layers = [.. image.Layers.Select(layer => ApiLayer.Of(layer, tree.Layers.ElementAtOrDefault(layer.Number)))],
        };
    }

    private async Task<ApiFiles?> ListAsync(ApiRequest request)
    {
        // All of it is read before any layer is, which may take its time.
        var number = LayerOf(request);
        var query = FilesQuery.Of(request);
        if (query is { Search: not null, Path.Length: > 0 })
        {
            throw new ApiException("the parameters path and q are both given: a search is always in all folders");
        }

        if (await FindAsync(request) is not { } image || number >= image.Layers.Count)
        {
            return null;
        }

        using var tree = await files.OpenAsync(image, number, progress: null, request.Aborted);

        // It is read from disk, without a pause for others.
        var found = await Task.Run(() => query.Search is { } search ? Page(FileRows.Found(tree, search, request.Aborted), query) : Read(tree, query), request.Aborted);
        return found is not { } rows ? null : Answer(request, rows.Page, rows.IsWhole && tree.IsWhole, [.. tree.Layers.Select(layer => layer.Problem?.ToString()).OfType<string>().Distinct()]);
    }

    private static (RowPage<TreeNode> Page, bool IsWhole)? Read(FileTree tree, FilesQuery query)
    {
        var node = query.Path.Length > 0 ? tree.Find(query.Path) : null;
        return query.Path.Length > 0 && node is null ? null
            : node is { IsFolder: false } ? (new RowPage<TreeNode>(query.Skip == 0 ? [node] : [], 1), true)
            : Page(FileRows.In(tree, node, query.Sort, query.IsDescending), query);
    }

    private static (RowPage<TreeNode> Page, bool IsWhole) Page(FileRows rows, FilesQuery query)
    {
        var first = Math.Min(query.Skip, rows.Count);
        var shown = Enumerable.Range(first, Math.Min(query.Limit, rows.Count - first)).Select(row => rows[row]).ToList();
        return (new RowPage<TreeNode>(shown, rows.Count), rows.IsWhole);
    }

    private static ApiFiles Answer(ApiRequest request, RowPage<TreeNode> rows, bool isWhole, IReadOnlyList<string> problems)
    {
        var part = request.Page(rows, ApiFile.Of);
        return new ApiFiles { Items = part.Items, Total = part.Total, Next = part.Next, IsWhole = isWhole, Problems = problems };
    }

    private async Task<ApiContent?> DownloadAsync(ApiRequest request)
    {
        var path = FilePath.Parse(request.Needed("path", "where a file is, as lists tell it")).Trim('/');
        var number = LayerOf(request);
        return await FindAsync(request) is { } image && await files.ReadAsync(image, number, path, request.Aborted) is { } content
            ? new ApiContent
            {
                FileName = FileDownload.NameFor(path),
                Size = content.Size,
                CopyAsync = (to, cancellationToken) => FileDownload.CopyAsync(content, to, cancellationToken),
                Source = content,
            }
            : null;
    }

    private async Task<ImageLayers?> FindAsync(ApiRequest request)
    {
        var image = await files.FindAsync(request.Who, request.Name, request.Digest, request.Aborted);
        return image?.Image.Kind is not ManifestKind.Index
            ? image
            : throw new ApiException($"the manifest {request.Digest} is an index, which has no files of its own: ask for one of the manifests that it lists");
    }

    private static int? LayerOf(ApiRequest request) => request.Text("layer") is null ? null : request.Number("layer", 1, int.MaxValue) - 1;

    /// <summary>Which files are wanted, and which part of their list.</summary>
    private sealed record FilesQuery(string? Search, string Path, FileSort Sort, bool IsDescending, int Skip, int Limit)
    {
        public static FilesQuery Of(ApiRequest request) => new(
            request.Text("q"),
            FilePath.Parse(request.Text("path") ?? "").Trim('/'),
            request.Choice<FileSort>("sort") ?? FileSort.Name,
            request.Flag("descending") ?? false,
            request.Skip,
            request.Limit);
    }
}

/// <summary>What the layers of an image do.</summary>
internal sealed record ApiLayers
{
    /// <summary>Bytes of the image's files, unpacked.</summary>
    public required long Size { get; init; }

    /// <summary>How many files the image has.</summary>
    public required long FileCount { get; init; }

    /// <summary>Bytes of files that later layers replace or remove: they are pulled and never seen.</summary>
    public required long Wasted { get; init; }

    /// <summary>False when there are more files than are read.</summary>
    public required bool IsWhole { get; init; }

    /// <summary>The lowest first.</summary>
    public required IReadOnlyList<ApiLayer> Layers { get; init; }
}

/// <summary>What a layer does to those below it.</summary>
internal sealed record ApiLayer
{
    /// <summary>From 1, the lowest.</summary>
    public required int Number { get; init; }

    /// <summary>Its digest.</summary>
    public required string Digest { get; init; }

    /// <summary>Its media type.</summary>
    public required string MediaType { get; init; }

    /// <summary>Bytes that are stored; null when the repository does not have it.</summary>
    public long? Size { get; init; }

    /// <summary>The line of a Dockerfile that made it; empty when the image does not say.</summary>
    public required string Step { get; init; }

    /// <summary>Files, folders and links that are new.</summary>
    public required long Added { get; init; }

    /// <summary>Those that were there before and are replaced.</summary>
    public required long Changed { get; init; }

    /// <summary>Those that were there before and are gone.</summary>
    public required long Removed { get; init; }

    /// <summary>Bytes of its files, unpacked.</summary>
    public required long UnpackedSize { get; init; }

    /// <summary>Bytes of its files that later layers replace or remove.</summary>
    public required long Wasted { get; init; }

    /// <summary>Why it could not be read, or not to its end; null when all of it was.</summary>
    public string? Problem { get; init; }

    internal static ApiLayer Of(ImageLayer layer, LayerFigures? figures) => new()
    {
        Number = layer.Number + 1,
        Digest = layer.Descriptor.Digest.ToString(),
        MediaType = layer.Descriptor.MediaType,
        Size = layer.Size,
        Step = $"{layer.Step.Keyword} {layer.Step.Arguments}".Trim(),
        Added = figures?.Added ?? 0,
        Changed = figures?.Changed ?? 0,
        Removed = figures?.Removed ?? 0,
        UnpackedSize = figures?.Size ?? 0,
        Wasted = figures?.Wasted ?? 0,
        Problem = (layer.Problem ?? figures?.Problem)?.ToString(),
    };
}

/// <summary>Files of an image, a part at a time.</summary>
internal sealed record ApiFiles
{
    /// <summary>The rows, folders before files.</summary>
    public required IReadOnlyList<ApiFile> Items { get; init; }

    /// <summary>How many rows there are in all, as far as they are listed.</summary>
    public required long Total { get; init; }

    /// <summary>The value of the parameter next that asks for what follows; null at the end.</summary>
    public string? Next { get; init; }

    /// <summary>False when there are more than are listed or were read.</summary>
    public required bool IsWhole { get; init; }

    /// <summary>Why files of a layer may be missing, as sentences.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}

/// <summary>A file or folder of an image, or of a layer.</summary>
internal sealed record ApiFile
{
    /// <summary>Where it is. Bytes that are no text, and characters that nobody sees, are written as \xe9 and \u202e, a \ as \\.</summary>
    public required string Path { get; init; }

    /// <summary>What it is.</summary>
    public required EntryKind Kind { get; init; }

    /// <summary>What the layer does to it; none for the image as a whole, and for a folder that is only named again.</summary>
    public required FileMark Mark { get; init; }

    /// <summary>Bytes of a file, or of all files in a folder; of what is removed, the bytes that it had.</summary>
    public required long Size { get; init; }

    /// <summary>How many files a folder has, in all depths.</summary>
    public required long FileCount { get; init; }

    /// <summary>As ls writes it: drwxr-xr-x; empty for a folder that no archive names.</summary>
    public required string Mode { get; init; }

    /// <summary>As user:group, by names where the archive has them, else by numbers; empty for a folder that no archive names.</summary>
    public required string Owner { get; init; }

    /// <summary>When it was changed, by the archive's word; null when it does not say.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>Where a link leads, as it is written; null for anything else.</summary>
    public string? Link { get; init; }

    /// <summary>The number of the layer that it comes from, or that removes it.</summary>
    public required int Layer { get; init; }

    /// <summary>The archive's name was absolute or led upwards: it is listed where an engine would put it.</summary>
    public required bool HasOddName { get; init; }

    /// <summary>Whether its bytes can be read by themselves.</summary>
    public required bool HasContent { get; init; }

    internal static ApiFile Of(TreeNode node)
    {
        var entry = node.Entry;
        var isImplied = entry.Traits.HasFlag(EntryTraits.Implied);
        return new ApiFile
        {
            Path = FilePath.Write(node.Path),
            Kind = entry.Kind,
            Mark = node.Mark,
            Size = node.Mark is FileMark.Removed ? node.Gone : node.Total,
            FileCount = node.Files,
            Mode = isImplied ? "" : FileText.Mode(entry),
            Owner = isImplied ? "" : FileText.Owner(entry),
            ModifiedAt = isImplied ? null : entry.ModifiedAt,
            Link = entry.Link.Length > 0 ? FilePath.Write(entry.Link) : null,
            Layer = node.Layer + 1,
            HasOddName = entry.Traits.HasFlag(EntryTraits.OddName),
            HasContent = node.Mark is not FileMark.Removed && (entry.HasContent || entry.Kind is EntryKind.HardLink),
        };
    }
}
