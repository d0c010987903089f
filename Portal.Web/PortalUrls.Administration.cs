using System.Globalization;
using System.Text;

namespace Portal.Web;

/// <summary>The addresses of what administrators look after.</summary>
public static partial class PortalUrls
{
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

    /// <summary>How the health checks stand.</summary>
    public const string Health = "health";

    /// <summary>Where space is freed.</summary>
    public const string Maintenance = "maintenance";

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
}
