using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Web;

/// <summary>
/// Every address of the pages, in one place. They are relative to the base address, so that the portal may lie under
/// a path. <c>/-/</c> ends a repository's name: no component of a name is <c>-</c>.
/// </summary>
public static class PortalUrls
{
    private const string Separator = "/-/";
    private const string TagsPart = "tags/";
    private const string ManifestsPart = "manifests/";

    /// <summary>What the registry does and did.</summary>
    /// <param name="span">How far to look back: hour, day, week or month; null for a day.</param>
    public static string Dashboard(string? span = null) => span is null ? "dashboard" : $"dashboard?span={span}";

    /// <summary>The editor of the configuration.</summary>
    public const string Configuration = "settings/config";

    /// <summary>Users and permissions.</summary>
    public const string Users = "settings/users";

    /// <summary>Who did what.</summary>
    public const string Audit = "settings/audit";

    /// <summary>Where events are sent.</summary>
    public const string Webhooks = "webhooks";

    /// <summary>Adds an endpoint.</summary>
    public const string NewWebhook = "webhooks/new";

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

    /// <summary>How the health checks stand.</summary>
    public const string Health = "health";

    /// <summary>What happened to repositories.</summary>
    public const string Activity = "activity";

    /// <summary>The signed-in user's own page.</summary>
    public const string Account = "account";

    /// <summary>Where forms that sign out are sent to.</summary>
    public const string SignOut = "signout";

    /// <summary>Where the first administrator is named.</summary>
    public const string Setup = "setup";

    /// <summary>The way in through OpenID Connect.</summary>
    public const string OpenId = SignInPath + "/openid";

    /// <summary>The path of the sign-in.</summary>
    public const string SignInPath = "signin";

    /// <param name="back">Where to go on then, relative to the base address; null for the first page.</param>
    public static string SignIn(string? back) => WithReturn(SignInPath, back);

    /// <inheritdoc cref="SignIn"/>
    public static string SignInByOpenId(string? back) => WithReturn(OpenId, back);

    /// <summary>The audit trail as a file.</summary>
    public const string AuditFile = "settings/audit.csv";

    /// <summary>Users whose names hold a text, from some row on.</summary>
    public static string UsersFound(string? search, int skip, int take)
    {
        var address = new StringBuilder(Users);
        AppendQuery(address, search, sort: null, descending: false, PageOf(skip, take));
        return address.ToString();
    }

    /// <summary>An endpoint and its deliveries.</summary>
    public static string Webhook(string endpoint) => $"{Webhooks}/{Uri.EscapeDataString(endpoint)}";

    /// <summary>Changes an endpoint.</summary>
    public static string EditWebhook(string endpoint) => $"{Webhook(endpoint)}/edit";

    /// <summary>A delivery to an endpoint.</summary>
    public static string Delivery(string endpoint, long id) => string.Create(CultureInfo.InvariantCulture, $"{Webhook(endpoint)}/{id}");

    /// <summary>An endpoint's name out of the part of an address, in which servers leave slashes as they were written.</summary>
    public static string? EndpointOf(string? part) => part?.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    /// <summary>The health checks, and their changes from some row on.</summary>
    public static string HealthFrom(int skip, int take)
    {
        var address = new StringBuilder(Health);
        AppendQuery(address, search: null, sort: null, descending: false, PageOf(skip, take));
        return address.ToString();
    }

    public static string Catalog(RepositoryQuery? query = null)
    {
        var address = new StringBuilder("./");
        if (query is not null)
        {
            AppendQuery(address, query.Search, query.Sort == RepositorySort.Name ? null : NameOf(query.Sort), query.Descending, PageOf(query.Skip, query.Take));
        }

        return address.ToString();
    }

    public static string Repository(RepositoryName name, TagQuery? query = null)
    {
        var address = new StringBuilder("r/").Append(name);
        if (query is not null)
        {
            var isDefault = query is { Sort: TagSort.PushedAt, Descending: true };
            AppendQuery(address, query.Search, isDefault ? null : NameOf(query.Sort), !isDefault && query.Descending, PageOf(query.Skip, query.Take));
        }

        return address.ToString();
    }

    public static string Tag(RepositoryName name, Tag tag) => $"r/{name}{Separator}{TagsPart}{tag}";

    public static string Manifest(RepositoryName name, Digest digest) => $"r/{name}{Separator}{ManifestsPart}{digest}";

    public static string Image(RepositoryName name, Reference reference)
    {
        return reference.IsDigest ? Manifest(name, reference.Digest) : Tag(name, reference.Tag);
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

    private static string WithReturn(string path, string? back)
    {
        var page = back?.TrimStart('/', '.');
        return string.IsNullOrEmpty(page) ? path : $"{path}?returnUrl={Uri.EscapeDataString(page)}";
    }

    private static string NameOf<TSort>(TSort sort)
        where TSort : struct, Enum
    {
        return sort.ToString().ToLowerInvariant();
    }

    private static int PageOf(int skip, int take) => (skip / take) + 1;

    private static void AppendQuery(StringBuilder address, string? search, string? sort, bool descending, int page)
    {
        var separator = '?';
        Append("q", string.IsNullOrWhiteSpace(search) ? null : search);
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
