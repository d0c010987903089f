using System.Net;

namespace Portal.Web.Components;

/// <summary>The visitor's address as the audit trail has it.</summary>
internal static class VisitorAddress
{
    /// <returns>Without the port; null when it is not known.</returns>
    public static IPAddress? WithoutPort(this Visitor visitor)
    {
        return IPEndPoint.TryParse(visitor.Address ?? "", out var end) ? (end.Address.IsIPv4MappedToIPv6 ? end.Address.MapToIPv4() : end.Address) : null;
    }
}
