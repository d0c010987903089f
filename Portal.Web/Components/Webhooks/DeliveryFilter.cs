using System.Globalization;
using System.Text;
using Portal.Storage.History;

namespace Portal.Web.Components.Webhooks;

/// <summary>Which deliveries of an endpoint are wanted, as addresses write it.</summary>
public sealed record DeliveryFilter
{
    public DeliveryState? State { get; init; }

    public string? Action { get; init; }

    /// <summary>Part of the repository's name.</summary>
    public string? Repository { get; init; }

    /// <summary>The first day, in UTC.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day, in UTC.</summary>
    public DateOnly? Until { get; init; }

    public bool IsEmpty => this == new DeliveryFilter();

    /// <summary>Reads the parameters of an address; what they cannot mean is passed over.</summary>
    public static DeliveryFilter Parse(string? state, string? action, string? repository, string? from, string? until) => new()
    {
        State = ParseState(state),
        Action = WebhookText.Actions.Contains(action) ? action : null,
        Repository = string.IsNullOrWhiteSpace(repository) ? null : repository.Trim(),
        From = AuditFilter.ParseDay(from),
        Until = AuditFilter.ParseDay(until),
    };

    public static DeliveryState? ParseState(string? text) =>
        text is not null && !int.TryParse(text, out _) && Enum.TryParse<DeliveryState>(text, ignoreCase: true, out var state) ? state : null;

    /// <summary>What the log is asked.</summary>
    public DeliveryQuery ToQuery(string endpoint) => new()
    {
        Endpoint = endpoint,
        States = State is { } state ? [state] : [],
        Action = Action,
        Repository = Repository,
        From = Start(From),
        Until = Start(Until?.AddDays(1)),
    };

    /// <summary>The address of the endpoint's page.</summary>
    /// <param name="page">From 1.</param>
    public string Address(string endpoint, int page = 1)
    {
        var address = new StringBuilder(PortalUrls.Webhook(endpoint));
        var separator = '?';
        Append("state", State?.ToString().ToLowerInvariant());
        Append("action", Action);
        Append("q", Repository);
        Append("from", AuditFilter.Format(From));
        Append("until", AuditFilter.Format(Until));
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

    private static DateTimeOffset? Start(DateOnly? day) => day is { } value ? new DateTimeOffset(value, TimeOnly.MinValue, TimeSpan.Zero) : null;
}
