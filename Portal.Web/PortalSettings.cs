namespace Portal.Web;

/// <summary>What pages need to know of the configuration.</summary>
/// <param name="Title">The name of this portal, in the bar and in page titles.</param>
/// <param name="RegistryHost"><c>host[:port]</c> that clients pull from (<c>http.host</c>); null to derive it.</param>
/// <param name="RegistryPort">
/// The registry listener's port, for when no host is set; null where an address needs none, or there is none (a unix
/// socket). A function, since the port is known only once it listens.
/// </param>
public sealed record PortalSettings(string Title, string? RegistryHost, Func<int?> RegistryPort)
{
    /// <summary>What stands before a repository's name in a pull command.</summary>
    /// <param name="page">The address the browser has: its host is one that reaches this machine.</param>
    public string RegistryAddress(Uri page)
    {
        return RegistryHost ?? (RegistryPort() is { } port ? $"{page.Host}:{port}" : page.Host);
    }
}
