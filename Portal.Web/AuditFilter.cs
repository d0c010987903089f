using System.Globalization;
using System.Text;
using Portal.Storage.Accounts;

namespace Portal.Web;

/// <summary>Which lines of the audit trail are wanted, as addresses write it.</summary>
public sealed record AuditFilter
{
    private const string DayFormat = "yyyy-MM-dd";

    /// <summary>Part of actor, address, target or detail.</summary>
    public string? Search { get; init; }

    public AuditAction? Action { get; init; }

    /// <summary>Exactly this user.</summary>
    public string? Actor { get; init; }

    /// <summary>The first day, in UTC.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day, in UTC.</summary>
    public DateOnly? Until { get; init; }

    public bool IsEmpty => this == new AuditFilter();

    /// <summary>Reads the parameters of an address; what they cannot mean is passed over.</summary>
    public static AuditFilter Parse(string? search, string? action, string? actor, string? from, string? until) => new()
    {
        Search = NullIfEmpty(search),
        Action = action is not null && !int.TryParse(action, out _) && Enum.TryParse<AuditAction>(action, ignoreCase: true, out var parsed) ? parsed : null,
        Actor = NullIfEmpty(actor),
        From = ParseDay(from),
        Until = ParseDay(until),
    };

    /// <summary>Reads the query of a request.</summary>
    public static AuditFilter Parse(IQueryCollection query) => Parse(query["q"], query["action"], query["actor"], query["from"], query["until"]);

    public static string? Format(DateOnly? day) => day?.ToString(DayFormat, CultureInfo.InvariantCulture);

    public static DateOnly? ParseDay(string? text)
    {
        return DateOnly.TryParseExact(text, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < DateOnly.MaxValue ? day : null;
    }

    /// <summary>What the database is asked.</summary>
    public AuditQuery ToQuery() => new()
    {
        Search = Search,
        Action = Action,
        Actor = Actor,
        From = Start(From),
        Until = Start(Until?.AddDays(1)),
    };

    /// <summary>The page's address.</summary>
    /// <param name="page">From 1.</param>
    public string Address(int page = 1) => Write(PortalUrls.Audit, page);

    /// <summary>The address of the lines as a file.</summary>
    public string FileAddress() => Write(PortalUrls.AuditFile, page: 1);

    private static DateTimeOffset? Start(DateOnly? day) => day is { } value ? new DateTimeOffset(value, TimeOnly.MinValue, TimeSpan.Zero) : null;

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private string Write(string path, int page)
    {
        var address = new StringBuilder(path);
        var separator = '?';
        Append("q", Search);
        Append("action", Action?.ToString().ToLowerInvariant());
        Append("actor", Actor);
        Append("from", Format(From));
        Append("until", Format(Until));
        Append("page", page > 1 ? page.ToString(CultureInfo.InvariantCulture) : null);
        return address.ToString();

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
