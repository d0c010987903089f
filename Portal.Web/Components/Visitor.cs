using System.Net;
using Microsoft.AspNetCore.Components;
using Portal.Registry;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;
using Portal.Web.SignIn;
using Portal.Web.Words;

namespace Portal.Web.Components;

/// <summary>
/// The browser that looks: taken from the request that loads the page, and carried into its circuit (encrypted, with
/// the prerendered state), since a circuit has no request of its own.
/// </summary>
public sealed class Visitor(Sessions sessions, LiveConfiguration live)
{
    /// <summary>The cookie that remembers the theme; the script that sets it uses the same name.</summary>
    public const string ThemeCookie = "portal-theme";

    private static readonly string[] ForwardingHeaders = ["Forwarded", "X-Real-IP", "Via"];

    /// <summary>The session that the browser had when it loaded the page; null when it had none. It may have ended since.</summary>
    [PersistentState]
    public long? SessionId { get; set; }

    /// <summary><c>address:port</c> of the connection's end.</summary>
    [PersistentState]
    public string? Address { get; set; }

    /// <summary>The browser's own address, also where a trusted proxy is in between.</summary>
    [PersistentState]
    public string? ClientAddress { get; set; }

    [PersistentState]
    public string? Host { get; set; }

    /// <summary>A proxy brought the request, so that <see cref="Address"/> is the proxy's.</summary>
    [PersistentState]
    public bool IsForwarded { get; set; }

    [PersistentState]
    public string? UserAgent { get; set; }

    [PersistentState]
    public Theme Theme { get; set; }

    /// <summary>
    /// What the pages speak to the visitor. A circuit's flow speaks it by itself; who is called from elsewhere, by another
    /// visitor's act, say, acts within <see cref="Words.Language.During"/>.
    /// </summary>
    public Language Language { get; } = Language.Current;

    /// <summary>The browser's session as of now; null when it is not signed in, or no longer.</summary>
    public Session? Session => SessionId is { } id ? sessions.Find(id) : null;

    /// <summary>The signed-in user's name as of now; null for nobody.</summary>
    public string? Name => Session?.User;

    /// <summary>The browser's own address, for the audit trail; null when it is not known.</summary>
    public IPAddress? IpAddress => IPAddress.TryParse(ClientAddress, out var address) ? address : null;

    /// <summary>
    /// What permissions are asked about. It is found out anew at each use, so that a session that has ended counts for
    /// nothing from then on. Keep it no longer than for one act.
    /// </summary>
    public Identity Identity
    {
        get
        {
            if (Session is { } session)
            {
                return new Identity { Kind = IdentityKind.Session, Name = session.User, IsAtPages = true };
            }

            // Whose tokens allow what, a server elsewhere knows: nobody without a name has a right that is known here.
            if (live.Current.Auth is { Htpasswd: not null } or { Token: not null })
            {
                return Identity.Anonymous with { IsAtPages = true };
            }

            var address = IPEndPoint.TryParse(Address ?? "", out var end) ? end.Address : null;
            return Identity.Everyone with { IsAtPages = true, IsLocal = LocalBrowser.Is(address, Host, IsForwarded) };
        }
    }

    /// <summary>Notes that the visitor did something, so that the session does not end for want of it.</summary>
    public void IsActive()
    {
        if (Session is { } session)
        {
            sessions.Saw(session);
        }
    }

    public void Capture(HttpContext context)
    {
        var connection = context.Connection;
        Address = connection.RemoteIpAddress is { } address
            ? new IPEndPoint(address, connection.RemotePort).ToString()
            : null;
        ClientAddress = Registry.ClientAddress.Of(context, live.Current.Portal.TrustedProxies)?.ToString();
        SessionId = context.GetSession()?.Id;
        Host = context.Request.Host.Value;
        IsForwarded = context.Request.Headers.Any(header =>
            header.Key.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase) || ForwardingHeaders.Contains(header.Key, StringComparer.OrdinalIgnoreCase));
        UserAgent = context.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent : null;
        Theme = Themes.Parse(context.Request.Cookies[ThemeCookie]);
    }

    /// <summary>The one who asks, for one act.</summary>
    /// <param name="method">The HTTP method that a client of the registry would use for the same act.</param>
    public RequestActor ToActor(string method)
    {
        IsActive();
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
