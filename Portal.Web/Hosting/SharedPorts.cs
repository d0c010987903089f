using Portal.Registry.Configuration;

namespace Portal.Web.Hosting;

/// <summary>Tells when two configurations cannot listen at the same time.</summary>
internal static class SharedPorts
{
    /// <summary>Whether a port stays in use at another address: the system may refuse the one while the other is open.</summary>
    public static bool IsMoved(RegistryConfiguration before, RegistryConfiguration next) =>
        Addresses(before).Any(old => Addresses(next).Any(address => address.Port == old.Port && address.Port > 0 && address.Host != old.Host));

    private static IEnumerable<ListenAddress> Addresses(RegistryConfiguration configuration)
    {
        var http = configuration.Http;
        var all = new[] { http.SocketPath is null ? http.Addr : (ListenAddress?)null, configuration.Portal.Addr, http.Debug?.Addr };
        return all.OfType<ListenAddress>();
    }
}
