using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Portal.Registry.Acme;
using Portal.Registry.Configuration;
using Portal.Registry.Protocol;
using Portal.Registry.Tls;
using Portal.Registry.Transport;

namespace Portal.Web.Hosting;

/// <summary>Opens every listener that the configuration asks for, and knows which address is whose.</summary>
public sealed class Listeners(RegistryConfiguration configuration)
{
    private readonly Dictionary<Listener, int> _places = [];
    private int _count;

    /// <summary>Where the first address of a listener stands among all addresses; null when it is not open.</summary>
    public int? PlaceOf(Listener listener) => _places.TryGetValue(listener, out var place) ? place : null;

    /// <exception cref="CertificateFileException">A certificate cannot be used any more.</exception>
    public void Open(KestrelServerOptions server, LiveConfiguration live)
    {
        var (http, portal) = (configuration.Http, configuration.Portal);
        var registryCertificates = (ICertificateSource?)server.ApplicationServices.GetService<AcmeCertificates>() ?? Certificates(server, http.Tls?.Files);
        var refusals = new HeadRefusals(live, server.ApplicationServices.GetRequiredService<ILogger<HeadRefusals>>());
        var transfer = server.ApplicationServices.GetRequiredService<TransferTotals>();
        var handOver = http is { H2cEnabled: true, Tls: null } ? new Http2HandOver(portal.Limits.IdleTimeout) : null;
        Count(Listener.Registry, http.SocketPath is { } path
            ? server.Listen(new UnixDomainSocketEndPoint(path), Listener.Registry, ConfigureRegistry)
            : server.Listen(http.Addr, Listener.Registry, ConfigureRegistry));

        if (portal.Addr is { } address)
        {
            var certificates = portal.Tls.Disabled ? null : Certificates(server, portal.Tls.Files) ?? registryCertificates;
            Count(Listener.Portal, server.Listen(address, Listener.Portal, options => UseTls(options, certificates, clients: null)));
        }

        if (http.Debug is { } debug)
        {
            Count(Listener.Debug, server.Listen(debug.Addr, Listener.Debug));
        }

        if (handOver is not null)
        {
            // Last, since it has no address of its own.
            server.Listen(handOver.End, Listener.Registry, options => options.Protocols = HttpProtocols.Http2);
        }

        void ConfigureRegistry(ListenOptions options)
        {
            options.Use(next => connection =>
            {
                connection.Features.Get<ConnectionTransfer>()?.CountInto(transfer);
                return next(connection);
            });
            UseTls(options, registryCertificates, Clients(server, http.Tls));
            if (handOver is not null)
            {
                options.Use(handOver.Use);
            }

            options.Use(refusals.Use);
        }
    }

    private void UseTls(ListenOptions options, ICertificateSource? certificates, ClientCertificates? clients)
    {
        if (certificates is not null)
        {
            new ListenerTls(certificates, configuration.Http.Tls ?? new TlsConfiguration(), clients)
                .Use(options, http2: !configuration.Http.Http2Disabled);
        }
    }

    private static FileCertificates? Certificates(KestrelServerOptions server, CertificateFiles? files)
    {
        var services = server.ApplicationServices;
        return files is null
            ? null
            : new FileCertificates(files, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<FileCertificates>>());
    }

    private static ClientCertificates? Clients(KestrelServerOptions server, TlsConfiguration? tls)
    {
        var services = server.ApplicationServices;
        return tls is { ClientCas.Count: > 0 }
            ? new ClientCertificates(
                tls.ClientCas, tls.ClientAuthentication, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<ClientCertificates>>())
            : null;
    }

    private void Count(Listener listener, int addresses)
    {
        _places.Add(listener, _count);
        _count += addresses;
    }
}
