using System.Net;
using Microsoft.AspNetCore.Components;
using Portal.Registry;
using Portal.Registry.Auth;
using Portal.Registry.Configuration.Editing;

namespace Portal.Web.Components;

/// <summary>
/// The browser that looks: taken from the request that loads the page, and carried into its circuit (encrypted, with
/// the prerendered state), since a circuit has no request of its own.
/// </summary>
public sealed class Visitor
{
    /// <summary>The cookie that remembers the theme; the script that sets it uses the same name.</summary>
    public const string ThemeCookie = "portal-theme";

    private static readonly string[] ForwardingHeaders = ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"];

    /// <summary>The name that was given with a good password; null where none is asked for.</summary>
    [PersistentState]
    public string? Name { get; set; }

    [PersistentState]
    public string? Address { get; set; }

    [PersistentState]
    public string? Host { get; set; }

    /// <summary>A proxy brought the request, so that <see cref="Address"/> is the proxy's.</summary>
    [PersistentState]
    public bool IsForwarded { get; set; }

    [PersistentState]
    public string? UserAgent { get; set; }

    [PersistentState]
    public Theme Theme { get; set; }

    /// <summary>What permissions are asked about.</summary>
    public Identity Identity => Name is null ? Identity.Everyone : new Identity { Kind = IdentityKind.Session, Name = Name };

    public void Capture(HttpContext context)
    {
        var connection = context.Connection;
        Address = connection.RemoteIpAddress is { } address
            ? new IPEndPoint(address, connection.RemotePort).ToString()
            : null;
        Name = context.User.Identity?.Name;
        Host = context.Request.Host.Value;
        IsForwarded = ForwardingHeaders.Any(context.Request.Headers.ContainsKey);
        UserAgent = context.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent : null;
        Theme = Themes.Parse(context.Request.Cookies[ThemeCookie]);
    }

    /// <summary>The one who asks for the configuration.</summary>
    public EditorVisitor ToEditor()
    {
        return new EditorVisitor(Name, IPEndPoint.TryParse(Address ?? "", out var end) ? end.Address : null, Host, IsForwarded);
    }

    /// <summary>The one who asks, for one act.</summary>
    /// <param name="method">The HTTP method that a client of the registry would use for the same act.</param>
    public RequestActor ToActor(string method)
    {
        return new RequestActor
        {
            Identity = Identity,
            Address = Address,
            Host = Host,
            Method = method,
            UserAgent = UserAgent,
            RequestId = Guid.NewGuid().ToString(),
        };
    }
}
