using System.Net;
using Portal.Registry.Auth;

namespace Portal.Registry;

/// <summary>Who asks for something, and over what: it goes into events, logs and the audit trail.</summary>
public sealed record RequestActor
{
    /// <summary>Who asks, and by which credentials.</summary>
    public required Identity Identity { get; init; }

    /// <summary>The signed-in user; null for anonymous.</summary>
    public string? Name => Identity.Name;

    /// <summary><c>address:port</c> of the client's end of the connection.</summary>
    public string? Address { get; init; }

    /// <summary>The address of <see cref="Address"/> without its port; null when it is not known.</summary>
    public IPAddress? IpAddress => IPEndPoint.TryParse(Address ?? "", out var end) ? end.Address : null;

    public string? Host { get; init; }

    public string? Method { get; init; }

    /// <summary>Where the registry is for this client, up to and with <c>/v2/</c>; null when it did not ask the registry itself.</summary>
    public string? RegistryAddress { get; init; }

    public string? UserAgent { get; init; }

    /// <summary>The request's id, as the answer header and the log lines carry it.</summary>
    public required string RequestId { get; init; }
}
