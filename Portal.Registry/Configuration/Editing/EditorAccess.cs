using System.Net;

namespace Portal.Registry.Configuration.Editing;

/// <summary>Who asks for the configuration.</summary>
/// <param name="Name">The name that was given with a good password; null where none is asked for.</param>
/// <param name="Address">The browser's end of the connection; null when it is not known.</param>
/// <param name="Host">The host that the browser asked for, as <c>localhost:5080</c>.</param>
/// <param name="IsForwarded">A proxy brought the request: the connection's end is the proxy's.</param>
public sealed record EditorVisitor(string? Name, IPAddress? Address, string? Host, bool IsForwarded);

/// <summary>The configuration is not for this visitor; the message says what to do about it.</summary>
public sealed class EditorAccessException(string message) : Exception(message);

/// <summary>Who may see and change the configuration. The one place that says so.</summary>
public static class EditorAccess
{
    /// <summary>
    /// With sign-in: whoever is signed in. Without: a browser on the machine itself, since everybody else is anybody. A
    /// proxy on the machine does not make its visitors local, and a host name other than the machine's own may be a
    /// trap of another page (DNS rebinding).
    /// </summary>
    /// <exception cref="EditorAccessException">The visitor may not.</exception>
    public static void Require(RegistryConfiguration configuration, EditorVisitor visitor)
    {
        if (configuration.Auth is { Htpasswd: not null } or { Token: not null } or { Silly: not null })
        {
            if (visitor.Name is null)
            {
                throw new EditorAccessException("Sign in first: the configuration is shown to signed-in users.");
            }

            return;
        }

        if (visitor.IsForwarded || visitor.Address is not { } address || !IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
            || !IsLocal(visitor.Host))
        {
            throw new EditorAccessException(
                "This registry asks nobody for a password, so its configuration is shown only to a browser on the machine itself, "
                + "by the address localhost or 127.0.0.1 and not through a proxy.");
        }
    }

    private static bool IsLocal(string? host)
    {
        return Uri.TryCreate($"http://{host}", UriKind.Absolute, out var address)
            && (address.Host == "localhost" || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip)));
    }
}
