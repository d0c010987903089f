using System.Net.Sockets;
using Portal.Registry.Configuration;
using Portal.Storage.Reasons;

namespace Portal.Registry.Health;

/// <summary>An entry of <c>health.tcp</c>: well as long as somebody accepts a connection.</summary>
public sealed class TcpProbe(TcpCheckConfiguration check) : HealthProbe("tcp", check.Address!.ToString(), check.Pace, check.Timeout)
{
    protected override async Task<Reason?> FindFaultAsync(CancellationToken cancellationToken)
    {
        var address = check.Address!;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host.Length == 0 ? "localhost" : address.Host, address.Port, cancellationToken);
        return null;
    }

    protected override Reason Describe(Exception exception) => new(HealthFault.NotConnected, $"connection to {Name} failed: {exception.Message}");
}
