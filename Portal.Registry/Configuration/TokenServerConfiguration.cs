namespace Portal.Registry.Configuration;

/// <summary>The <c>portal.tokenserver</c> section: signed tokens of the portal's own, for the users of <c>auth.htpasswd</c>.</summary>
public sealed record TokenServerConfiguration
{
    /// <summary>The name by which tokens know this registry, and others that trust its tokens.</summary>
    public string Service { get; init; } = "registry-portal";

    /// <summary>Who tokens say made them; null: the host at which they were asked for.</summary>
    public string? Issuer { get; init; }

    /// <summary>How long a token holds; 5 minutes unless set.</summary>
    public TimeSpan Expiration { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a client that keeps a refresh token may get further tokens without a password; 90 days unless set.</summary>
    public TimeSpan RefreshExpiration { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long one key signs; 30 days unless set. The next one is made known that much ahead.</summary>
    public TimeSpan KeyRotation { get; init; } = TimeSpan.FromDays(30);

    /// <returns>Null when it is off.</returns>
    internal static TokenServerConfiguration? Read(SectionReader server)
    {
        var defaults = new TokenServerConfiguration();
        var service = AuthConfiguration.ReadQuotable(server, "service");
        var configuration = new TokenServerConfiguration
        {
            Service = service.Length == 0 ? defaults.Service : service,
            Issuer = server.Text("issuer"),
            Expiration = server.Duration("expiration", defaults.Expiration, TimeSpan.FromMinutes(1), TimeSpan.FromHours(12)),
            RefreshExpiration = server.Duration("refreshexpiration", defaults.RefreshExpiration, TimeSpan.FromHours(1), TimeSpan.FromDays(3650)),
            KeyRotation = server.Duration("keyrotation", defaults.KeyRotation, TimeSpan.FromDays(1), TimeSpan.FromDays(365)),
        };
        return server.Flag("enabled") ? configuration : null;
    }
}
