namespace Portal.Registry.Configuration;

/// <summary>The <c>portal.session</c> section: how long a browser stays signed in.</summary>
public sealed record SessionConfiguration
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Year = TimeSpan.FromDays(366);

    /// <summary>Without anything being done; 12 hours unless set.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Whatever is done; 7 days unless set.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(7);

    internal static SessionConfiguration Read(SectionReader session)
    {
        var defaults = new SessionConfiguration();
        return new SessionConfiguration
        {
            IdleTimeout = session.Duration("idletimeout", defaults.IdleTimeout, Minute, Year),
            Lifetime = session.Duration("lifetime", defaults.Lifetime, Minute, Year),
        };
    }
}
