using System.Net.Sockets;
using Portal.Registry.Configuration;

namespace Portal.Tests.Fixtures;

/// <summary>The application with the registry on a unix socket.</summary>
public sealed class UnixPortal : PortalFixture
{
    public string Socket => Path.Combine(Root, "registry.sock");

    protected override RegistryConfiguration Configuration => base.Configuration with
    {
        Http = base.Configuration.Http with { SocketPath = Socket },
    };

    protected override RegistryClient CreateClient() => new(new Uri("http://registry.example"), handler => handler.ConnectCallback = async (_, cancellationToken) =>
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    });
}
