using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Portal.Registry.Configuration;

/// <summary>Where a listener waits for connections, as <c>:5000</c>, <c>localhost:5000</c> or <c>[::1]:5000</c>.</summary>
/// <param name="Host">A name or an address, IPv6 without its brackets; empty for every address of the machine.</param>
/// <param name="Port">0 to 65535; 0 lets the system choose.</param>
public sealed record ListenAddress(string Host, int Port)
{
    /// <summary>Reads <c>host:port</c>; the host may be absent, the port may not.</summary>
    public static bool TryParse(string text, [MaybeNullWhen(false)] out ListenAddress address)
    {
        address = null;
        var colon = text.LastIndexOf(':');
        if (colon < 0
            || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return false;
        }

        var host = text[..colon];
        var isBracketed = host is ['[', .., ']'];
        if (isBracketed)
        {
            host = host[1..^1];
        }

        var kind = Uri.CheckHostName(host);
        if (host.Length > 0 && (kind is UriHostNameType.Unknown || (kind is UriHostNameType.IPv6) != isBracketed))
        {
            return false;
        }

        address = new ListenAddress(host, port);
        return host.Length > 0 || !isBracketed;
    }

    /// <summary>As <see cref="TryParse"/>; throws <see cref="FormatException"/> when the text is no address.</summary>
    public static ListenAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"\"{text}\" is not host:port");

    /// <summary>Whether two listeners would want the same port of the same address.</summary>
    public bool Collides(ListenAddress other) =>
        Port == other.Port && Port != 0
        && (Host.Length == 0 || other.Host.Length == 0 || Host.Equals(other.Host, StringComparison.OrdinalIgnoreCase));

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() =>
        Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
