using System.Globalization;
using System.Text;
using Portal.Storage.History;
using Portal.Storage.Oci;

namespace Portal.Web;

/// <summary>Which rows of the activity are wanted, as addresses write it.</summary>
public sealed record ActivityFilter
{
    /// <summary>Part of repository, tag, digest or user.</summary>
    public string? Search { get; init; }

    public ActivityKind? Kind { get; init; }

    /// <summary>Exactly this repository.</summary>
    public string? Repository { get; init; }

    /// <summary>Exactly this user.</summary>
    public string? Actor { get; init; }

    /// <summary>The first day, in UTC.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day, in UTC.</summary>
    public DateOnly? Until { get; init; }

    public bool IsEmpty => this == new ActivityFilter();

    /// <summary>The rows of one repository.</summary>
    public static ActivityFilter Of(RepositoryName name) => new() { Repository = name.ToString() };

    /// <summary>What the database is asked.</summary>
    public ActivityQuery ToQuery() => new()
    {
        Search = Search,
        Kind = Kind,
        Repository = Repository,
        Actor = Actor,
        From = Start(From),
        Until = Start(Until?.AddDays(1)),
    };

    /// <summary>The page's address.</summary>
    /// <param name="page">From 1.</param>
    public string Address(int page = 1)
    {
        var address = new StringBuilder(PortalUrls.Activity);
        var separator = '?';
        Append("q", Search);
        Append("kind", Kind?.ToString().ToLowerInvariant());
        Append("repository", Repository);
        Append("actor", Actor);
        Append("from", AuditFilter.Format(From));
        Append("until", AuditFilter.Format(Until));
        Append("page", page > 1 ? page.ToString(CultureInfo.InvariantCulture) : null);
        return address.ToString();

        void Append(string key, string? value)
        {
            if (!string.IsNullOrWhiteSpace(value))
            {
                address.Append(separator).Append(key).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }
        }
    }

    private static DateTimeOffset? Start(DateOnly? day) => day is { } value ? new DateTimeOffset(value, TimeOnly.MinValue, TimeSpan.Zero) : null;
}
