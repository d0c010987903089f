using System.Net.Sockets;
using Portal.Registry.Configuration;

namespace Portal.Registry.Health;

/// <summary>An entry of <c>health.tcp</c>: well as long as somebody accepts a connection.</summary>
public sealed class TcpProbe(TcpCheckConfiguration check) : HealthProbe("tcp", check.Address!.ToString(), check.Pace, check.Timeout)
{
    protected override async Task<string?> FindFaultAsync(CancellationToken cancellationToken)
    {
        var address = check.Address!;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host.Length == 0 ? "localhost" : address.Host, address.Port, cancellationToken);
        return null;
    }

    protected override string Describe(Exception exception) => $"connection to {Name} failed: {exception.Message}";
}
