using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Web.Components.Pages;

namespace Portal.Web;

/// <summary>
/// Every address of the pages, in one place. They are relative to the base address, so that the portal may lie under
/// a path. <c>/-/</c> ends a repository's name: no component of a name is <c>-</c>.
/// </summary>
public static partial class PortalUrls
{
    private const string Separator = "/-/";
    private const string TagsPart = "tags/";
    private const string ManifestsPart = "manifests/";
    private const string BlobsPart = "blobs/";
    private const string HistoryPart = "/history";

    /// <summary>What takes how much of the storage.</summary>
    /// <param name="inside">A namespace with the slash behind it; null for all.</param>
    public static string StorageMap(string? inside) => inside is null ? "map" : $"map?in={Uri.EscapeDataString(inside)}";

    /// <summary>Registries elsewhere.</summary>
    public const string Registries = "registries";

    /// <summary>The repositories of a registry elsewhere.</summary>
    /// <param name="search">Part of their names; null for all.</param>
    /// <param name="after">Behind which name the list begins; null for the first.</param>
    public static string RemoteRegistry(string registry, string? search = null, string? after = null) =>
        $"{Registries}/{registry}{RemoteQuery(search, after)}";

    /// <summary>A repository of a registry elsewhere.</summary>
    /// <inheritdoc cref="RemoteRegistry"/>
    public static string RemoteRepository(string registry, RepositoryName name, string? after = null) =>
        $"{Registries}/{registry}/{Repository(name)}{RemoteQuery(null, after)}";

    /// <summary>An image of a registry elsewhere.</summary>
    public static string RemoteImage(string registry, RepositoryName name, Reference reference) =>
        $"{Registries}/{registry}/{Image(name, reference)}";

    /// <summary>What happened to repositories.</summary>
    public const string Activity = "activity";

    /// <summary>The page about the JSON API, and the path below which the API lies.</summary>
    public const string Api = "api";

    /// <summary>The first version of the JSON API.</summary>
    public const string ApiRoot = Api + "/v1";

    /// <summary>What the JSON API can do, for programs.</summary>
    public const string ApiDocument = ApiRoot + "/openapi.json";

    /// <summary>The repositories: a list, or one level of the tree of namespaces.</summary>
    /// <param name="tree">Null for what <see cref="RepositoryQuery.In"/> means: a namespace is opened in the tree.</param>
    public static string Catalog(RepositoryQuery? query = null, bool? tree = null)
    {
        var address = new StringBuilder("./");
        if (query is not null)
        {
            var isTree = tree ?? query.In is not null;
            AppendQuery(
                address,
                query.Search,
                query.Sort == RepositorySort.Name ? null : NameOf(query.Sort),
                query.Descending,
                PageOf(query.Skip, query.Take),
                ("view", isTree == query.In is not null ? null : isTree ? "tree" : "list"),
                ("in", query.In),
                ("platform", query.Platform),
                ("kind", query.Kind is { } kind ? NameOf(kind) : null),
                ("min", query.MinSize?.ToString(CultureInfo.InvariantCulture)),
                ("max", query.MaxSize?.ToString(CultureInfo.InvariantCulture)),
                ("from", AuditFilter.Format(DayOf(query.PushedFrom))),
                ("until", AuditFilter.Format(DayOf(query.PushedBefore)?.AddDays(-1))),
                ("pulled", query.Pulled?.ToString()),
                ("unsigned", query.HasUnsigned ? "true" : null),
                ("untagged", query.HasUntagged ? "true" : null),
                ("size", PageAddress.SizeOf(query.Take)));
        }

        return address.ToString();
    }

    /// <summary>What a text is found in.</summary>
    /// <param name="show">One kind of what is found, page by page; null for a little of each.</param>
    public static string Search(string? text, string? show = null, int skip = 0, int take = 1)
    {
        var address = new StringBuilder("search");
        AppendQuery(address, text, sort: null, descending: false, PageOf(skip, take), ("show", show));
        return address.ToString();
    }

    public static string Repository(RepositoryName name, TagQuery? query = null)
    {
        var address = new StringBuilder("r/").Append(name);
        if (query is not null)
        {
            var isDefault = query is { Sort: TagSort.PushedAt, Descending: true };
            AppendQuery(
                address,
                query.Search,
                isDefault ? null : NameOf(query.Sort),
                !isDefault && query.Descending,
                PageOf(query.Skip, query.Take),
                ("pulled", query.Pulled?.ToString()),
                ("size", PageAddress.SizeOf(query.Take)));
        }

        return address.ToString();
    }

    /// <summary>Another list of a repository than that of its tags.</summary>
    public static string RepositoryView(RepositoryName name, RepositoryView view, int skip = 0, int take = 50)
    {
        var address = $"r/{name}?view={NameOf(view)}";
        return PageOf(skip, take) is > 1 and var page ? string.Create(CultureInfo.InvariantCulture, $"{address}&page={page}") : address;
    }

    /// <summary>What a tag pointed to, and when.</summary>
    public static string TagHistory(RepositoryName name, Tag tag) => Tag(name, tag) + HistoryPart;

    /// <summary>Whether the part of an address behind <c>/r/</c> names a tag's history.</summary>
    public static bool TryParseHistory(string? path, out RepositoryName name, out Tag tag)
    {
        tag = default;
        name = default;
        if (path?.EndsWith(HistoryPart, StringComparison.Ordinal) is not true
            || !TryParse(path[..^HistoryPart.Length], out name, out var reference) || reference is not { IsDigest: false } found)
        {
            return false;
        }

        tag = found.Tag;
        return true;
    }

    public static string Tag(RepositoryName name, Tag tag) => $"r/{name}{Separator}{TagsPart}{tag}";

    public static string Manifest(RepositoryName name, Digest digest) => $"r/{name}{Separator}{ManifestsPart}{digest}";

    public static string Image(RepositoryName name, Reference reference)
    {
        return reference.IsDigest ? Manifest(name, reference.Digest) : Tag(name, reference.Tag);
    }

    /// <summary>Two images side by side.</summary>
    /// <param name="a"><c>repository:tag</c> or <c>repository@digest</c>; null leaves the choice to the page.</param>
    /// <param name="platformA">Which image of an index; null for the one that is likely wanted.</param>
    public static string Compare(string? a, string? b, string? platformA = null, string? platformB = null)
    {
        return ComparePath + Query(("a", a), ("b", b), ("pa", platformA), ("pb", platformB));
    }

    /// <summary>The path of the comparison.</summary>
    public const string ComparePath = "compare";

    /// <summary>An image of an index, on the index's own page.</summary>
    /// <param name="platform">As <c>--platform</c> takes it, or a digest.</param>
    public static string Image(RepositoryName name, Reference reference, string platform) => Image(name, reference) + Query(("platform", platform));

    /// <summary>The exact bytes of a manifest, as a file.</summary>
    public static string ManifestFile(RepositoryName name, Digest digest) => $"{FilesPath}/{name}{Separator}{ManifestsPart}{digest}";

    /// <summary>The exact bytes of a blob, as a file.</summary>
    public static string BlobFile(RepositoryName name, Digest digest) => $"{FilesPath}/{name}{Separator}{BlobsPart}{digest}";

    /// <summary>The path below which content is downloaded.</summary>
    public const string FilesPath = "raw";

    /// <summary>What an address of <see cref="ManifestFile"/> or <see cref="BlobFile"/> names behind its first part.</summary>
    public static bool TryParseFile(string? path, out RepositoryName name, out Digest digest, out bool isManifest)
    {
        (name, digest, isManifest) = (default, default, false);
        var end = path?.IndexOf(Separator, StringComparison.Ordinal) ?? -1;
        if (end < 0 || !RepositoryName.TryParse(path.AsSpan(0, end), out name))
        {
            return false;
        }

        var rest = path.AsSpan(end + Separator.Length);
        isManifest = rest.StartsWith(ManifestsPart, StringComparison.Ordinal);
        return (isManifest || rest.StartsWith(BlobsPart, StringComparison.Ordinal))
            && Digest.TryParse(rest[(isManifest ? ManifestsPart : BlobsPart).Length..], out digest);
    }

    /// <summary>What the part of an address behind <c>/r/</c> names.</summary>
    /// <param name="reference">Null when the address is the repository's own.</param>
    /// <returns>False when it can name nothing.</returns>
    public static bool TryParse(string? path, out RepositoryName name, out Reference? reference)
    {
        reference = null;
        name = default;
        if (string.IsNullOrEmpty(path))
        {
            return false;
        }

        var end = path.IndexOf(Separator, StringComparison.Ordinal);
        if (!RepositoryName.TryParse((end < 0 ? path : path[..end]).TrimEnd('/'), out name))
        {
            return false;
        }

        return end < 0 || TryParseReference(path.AsSpan(end + Separator.Length), out reference);
    }

    /// <summary>A sort order as the address writes it: the name of the enum's member, in lower case.</summary>
    public static TSort ParseSort<TSort>(string? text, TSort fallback)
        where TSort : struct, Enum
    {
        return Enum.TryParse<TSort>(text, ignoreCase: true, out var sort) && Enum.IsDefined(sort) ? sort : fallback;
    }

    private static bool TryParseReference(ReadOnlySpan<char> rest, [NotNullWhen(true)] out Reference? reference)
    {
        reference = null;
        if (rest.StartsWith(TagsPart, StringComparison.Ordinal) && Storage.Oci.Tag.TryParse(rest[TagsPart.Length..], out var tag))
        {
            reference = tag;
        }
        else if (rest.StartsWith(ManifestsPart, StringComparison.Ordinal)
            && Digest.TryParse(rest[ManifestsPart.Length..], out var digest))
        {
            reference = digest;
        }

        return reference is not null;
    }

    private static string RemoteQuery(string? search, string? after) =>
        !string.IsNullOrWhiteSpace(search) ? $"?q={Uri.EscapeDataString(search)}"
        : after is not null ? $"?after={Uri.EscapeDataString(after)}"
        : "";

    private static string Query(params ReadOnlySpan<(string Key, string? Value)> pairs)
    {
        var query = new StringBuilder();
        foreach (var (key, value) in pairs)
        {
            if (!string.IsNullOrEmpty(value))
            {
                // Slashes and colons mean nothing in a query, and names read better with them.
                query.Append(query.Length == 0 ? '?' : '&').Append(key).Append('=')
                    .Append(Uri.EscapeDataString(value).Replace("%2F", "/", StringComparison.Ordinal).Replace("%3A", ":", StringComparison.Ordinal));
            }
        }

        return query.ToString();
    }

    private static string NameOf<TSort>(TSort sort)
        where TSort : struct, Enum
    {
        return sort.ToString().ToLowerInvariant();
    }

    private static int PageOf(int skip, int take) => (skip / take) + 1;

    private static DateOnly? DayOf(DateTimeOffset? moment) => moment is { } value ? DateOnly.FromDateTime(value.UtcDateTime) : null;

    private static void AppendQuery(
        StringBuilder address, string? search, string? sort, bool descending, int page, params ReadOnlySpan<(string Key, string? Value)> others)
    {
        var separator = '?';
        Append("q", string.IsNullOrWhiteSpace(search) ? null : search);
        foreach (var (key, value) in others)
        {
            Append(key, value);
        }

        Append("sort", sort);
        Append("desc", descending ? "true" : null);
        Append("page", page > 1 ? page.ToString(CultureInfo.InvariantCulture) : null);

        void Append(string key, string? value)
        {
            if (value is not null)
            {
                address.Append(separator).Append(key).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }
        }
    }
}
