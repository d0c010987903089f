using Portal.Registry.Configuration;

namespace Portal.Tests.Fixtures;

/// <summary>The application with limits that a test reaches.</summary>
public sealed class LimitedPortal : PortalFixture
{
    /// <summary>What counts from the next start on.</summary>
    public LimitsConfiguration Limits { get; set; } = new();

    protected override RegistryConfiguration Configuration => base.Configuration with
    {
        Portal = base.Configuration.Portal with { Limits = Limits },
    };

    public static async Task<LimitedPortal> StartAsync(LimitsConfiguration limits)
    {
        var portal = new LimitedPortal { Limits = limits };
        await portal.InitializeAsync();
        return portal;
    }
}
